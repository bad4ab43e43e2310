import { expect, it } from 'vitest';
import { watch } from '../support/world.js';
import { startShop, VERA } from './shop.js';

it('the actions of history ask the phone for what is older than what is stored', async () => {
  const { act, manager, simulator, owner, vera } = await startShop();
  const heard = watch(manager);
  await manager.updateSettings('shop', { history: { sync: 'off' } });
  await expect(manager.act('history.request', { chat: VERA })).rejects.toMatchObject({
    code: 'HISTORY_ANCHOR_MISSING',
  });
  for (const number of [1, 2, 3]) await vera.send('15550001', `text ${number}`);
  await heard.until('the texts are in the log', () => heard.texts().length === 3);
  await owner.waitForMessage(({ text }) => text === 'text 3');
  const [newest] = await manager.listMessages('shop', VERA);
  await manager.act('chat.clear', { chat: VERA });
  await vera.send('15550001', 'text 4');
  await heard.until('the fourth is in the log', () => heard.texts().length === 4);
  const { requestId, messages } = await act('history.request', { chat: '+1 555 0009', count: 2 });
  expect(messages).toBe(2);
  expect((await manager.listMessages('shop', VERA)).map(({ id }) => id)).toContain(newest?.id);
  expect(await manager.listMessages('shop', VERA)).toHaveLength(3);
  expect(heard.texts()).toHaveLength(4);
  await heard.until('the log tells of it', (events) =>
    events.some((event) => event.type === 'history.progress' && event.payload.requestId === requestId),
  );
  expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0 });
});
