import { describe, expect, it } from 'vitest';
import { watch } from '../support/world.js';
import { type Shop, startShop, VERA } from './shop.js';

/** Vera has written to the shop. */
async function startChat(): Promise<Shop & { heard: ReturnType<typeof watch> }> {
  const shop = await startShop();
  const heard = watch(shop.manager);
  await shop.vera.send('15550001', 'hello');
  await heard.until('the text is in the log', () => heard.texts().includes('hello'));
  return { ...shop, heard };
}

describe('the actions of chats', () => {
  it('archive, pin, mute and mark a chat, on the phone too', async () => {
    const { act, manager, owner } = await startChat();
    const chat = '+1 555 0009';
    expect(await act('chat.list', {})).toMatchObject([
      { jid: VERA, name: 'Vera', isArchived: false, isPinned: false, mutedUntil: null, labelIds: [] },
    ]);
    await act('chat.archive', { chat });
    await act('chat.mute', { chat });
    await act('chat.markUnread', { chat });
    await act('chat.pin', { chat });
    expect(owner.settings.chat(VERA)).toMatchObject({
      isArchived: true,
      isPinned: true,
      isMarkedUnread: true,
      mutedUntil: -1,
    });
    const marks = { isArchived: true, isPinned: true, isMarkedUnread: true, mutedUntil: -1 };
    expect(await act('chat.get', { chat })).toMatchObject(marks);
    expect(await act('chat.list', { isArchived: false })).toEqual([]);
    await act('chat.archive', { chat, isArchived: false });
    await act('chat.pin', { chat, isPinned: false });
    await act('chat.mute', { chat, forMs: null });
    expect(owner.settings.chat(VERA)).toMatchObject({ isArchived: false, isPinned: false });
    expect(await act('chat.get', { chat })).toMatchObject({ isPinned: false, mutedUntil: null });
    await expect(manager.act('chat.get', { chat: '15550008' })).rejects.toMatchObject({
      code: 'CHAT_NOT_FOUND',
    });
  });

  it('follow what the phone changes', async () => {
    const { act, owner, vera, heard } = await startChat();
    owner.settings.pin(VERA);
    owner.settings.mute(VERA, 1_900_000_000_000);
    // What the phone shares comes in order: the message is there after it.
    await vera.send('15550001', 'still there?');
    await heard.until('the text is in the log', () => heard.texts().includes('still there?'));
    await expect
      .poll(() => act('chat.get', { chat: VERA }), { timeout: 5_000 })
      .toMatchObject({ isPinned: true, mutedUntil: 1_900_000_000_000 });
  });

  it('mark a chat as read: those who wrote learn of it', async () => {
    const { act, vera, owner } = await startChat();
    const read = vera.waitForMessage(({ text, delivery }) => text === 'hello' && delivery === 'read');
    await act('chat.markRead', { chat: VERA });
    await read;
    expect(owner.settings.chat(VERA).isMarkedUnread).toBe(false);
  });

  it('confirm only what was not confirmed before', async () => {
    const { act, manager, simulator, vera } = await startChat();
    const receipts: string[] = [];
    simulator.on('stanza', ({ direction, stanza: { tag, attrs } }) => {
      if (direction === 'in' && tag === 'receipt' && attrs.type === 'read') receipts.push(attrs.id ?? '');
    });
    await act('chat.markRead', { chat: VERA });
    const heard = watch(manager);
    const { id } = await vera.send('15550001', 'still there?');
    await heard.until('the text is in the log', () => heard.texts().includes('still there?'));
    const read = vera.waitForMessage((message) => message.id === id && message.delivery === 'read');
    await act('message.markRead', { messageIds: [id] });
    await read;
    expect(await act('message.get', { messageId: id })).toMatchObject({ confirmed: 'read' });
    expect(receipts).toHaveLength(2);
    await act('chat.markRead', { chat: VERA });
    expect(receipts).toHaveLength(2);
  });

  it('clear and delete a chat', async () => {
    const { act, manager, simulator } = await startChat();
    const refusal = simulator.faults.add({
      kind: 'refuse-queries',
      code: 403,
      only: { xmlns: 'w:sync:app:state' },
    });
    await expect(manager.act('chat.delete', { chat: VERA })).rejects.toMatchObject({
      code: 'ACTION_NOT_ALLOWED',
    });
    simulator.faults.remove(refusal.id);
    await act('chat.clear', { chat: VERA });
    expect(await act('message.list', { chat: VERA })).toEqual([]);
    expect(await act('chat.list', {})).toHaveLength(1);
    await act('chat.delete', { chat: VERA });
    expect(await act('chat.list', {})).toEqual([]);
  });

  it('set the disappearing timer, and show typing and recording', async () => {
    const { act, manager, simulator, vera } = await startChat();
    const typing = new Promise<void>((resolve) => {
      simulator.on('presence', (seen) => {
        if (JSON.stringify(seen).includes('recording')) resolve();
      });
    });
    await act('chat.type', { chat: VERA, state: 'recording' });
    await typing;
    await act('chat.setEphemeral', { chat: VERA, ephemeralMs: 86_400_000 });
    await expect.poll(() => vera.expirationOf('15550001')).toBe(86_400);
    await expect(
      manager.act('chat.setEphemeral', { chat: VERA, ephemeralMs: 5 as never }),
    ).rejects.toMatchObject({ code: 'OPTION_INVALID', details: { option: 'ephemeralMs' } });
  });
});
