import { type ActionName, actions } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { watch } from '../support/world.js';
import { type Connected, connectedInputs, otherRefusals } from './refusals.js';
import { startShop, VERA } from './shop.js';

/** What WhatsApp is told and never answers: it cannot be refused. */
const UNANSWERED: Connected[] = [
  'chat.type',
  'message.markRead',
  'message.markPlayed',
  'presence.set',
  'presence.subscribe',
  'call.reject',
];

describe('every action that needs a connection', () => {
  it('ends in a typed error when WhatsApp refuses, and when the device is stopped', async () => {
    const { manager, simulator, vera, owner } = await startShop();
    const heard = watch(manager);
    const { id } = await vera.send('15550001', 'hello');
    await heard.until('the text is in the log', () => heard.texts().includes('hello'));
    owner.settings.saveLabel({ id: '1', name: 'Order', color: 3 });
    await expect.poll(() => manager.act('label.list', {})).toHaveLength(1);
    const all = Object.entries(connectedInputs(id)) as Array<[Connected, never]>;

    simulator.faults.add({ kind: 'refuse-queries', code: 403 });
    for (const [name, input] of all) {
      const outcome = await manager.act(name, input).catch((error: unknown) => error);
      if (name === 'message.downloadMedia') expect(outcome).toMatchObject({ code: 'MESSAGE_WITHOUT_MEDIA' });
      else if (UNANSWERED.includes(name)) expect(outcome, name).toEqual({});
      // The own phone is asked, by a message.
      else if (name === 'history.request') expect(outcome, name).toMatchObject({ messages: 0 });
      // Goes the way of messages: it is not a query that was refused.
      else if (name === 'channel.react')
        expect(outcome, name).toMatchObject({ code: 'ACTION_TARGET_NOT_FOUND' });
      else expect(outcome, name).toMatchObject({ code: 'ACTION_NOT_ALLOWED', details: { refusal: 403 } });
    }
    expect(await manager.listMessages('shop', VERA)).toHaveLength(1);
    expect(await manager.act('chat.get', { chat: VERA })).toMatchObject({ isPinned: false, labelIds: [] });

    await manager.stopDevice('shop');
    for (const [name, input] of all) {
      const outcome = await manager.act(name, input).catch((error: unknown) => error);
      expect(outcome, name).toMatchObject({ code: 'DEVICE_NOT_CONNECTED' });
    }
  });
});

describe('every action', () => {
  it('ends in a typed error for an input that is not meant', async () => {
    const { manager } = await startShop();
    const refused = (name: string, input: object) =>
      manager.act(name as never, input as never).catch((error: unknown) => error);
    const outcomes: Record<string, unknown> = {};
    for (const [name, [input]] of Object.entries(otherRefusals))
      outcomes[name] = ((await refused(name, input)) as { code?: string }).code;
    expect(outcomes).toEqual(
      Object.fromEntries(Object.entries(otherRefusals).map(([name, [, code]]) => [name, code])),
    );
    for (const name of Object.keys(actions) as ActionName[]) {
      const outcome = await refused(name, { nonsense: 1 });
      expect(outcome, name).toMatchObject({ code: expect.stringMatching(/^(OPTION|RECIPIENT)_INVALID$/) });
    }
    expect(await manager.getDevice('shop')).toMatchObject({ state: { name: 'connected' } });
  });
});
