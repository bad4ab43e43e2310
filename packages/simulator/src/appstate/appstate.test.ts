import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Contact } from '../accounts/contact.js';
import { createSimulator, type Simulator } from '../simulator.js';
import { connectedClients, pairedClient, type TestClient } from '../test-client.js';

const ANN = '15550100001';
const VERA = '15550100003';

let simulator: Simulator;
let client: TestClient;
let phone: Contact;
let vera: Contact;
let warnings: string[];

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  warnings = [];
  const logger = { info: () => {}, warn: (text: string) => void warnings.push(text) };
  simulator = await createSimulator({ receiptDelayMs: 1, logger });
  client = await pairedClient(simulator, ANN);
  phone = simulator.phone(ANN);
  vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  await vera.send(ANN, 'hi');
  await client.message('hi');
  await client.until('the first sync', () => client.auth.creds.accountSyncCounter > 0);
});

afterEach(async () => {
  for (const each of connectedClients) each.disconnect();
  await simulator.close();
});

function lastMessage() {
  const message = client.messages.at(-1);
  if (!message) throw new Error('there is no message');
  return message;
}

/** Waits for the client to hear of a change of a chat. */
function chatUpdate(fields: object, of = client) {
  return of.until(JSON.stringify(fields), () =>
    of.events.some(
      (event) =>
        event.name === 'chats.update' &&
        event.value.some((update) =>
          Object.entries(fields).every(([name, value]) => update[name as never] === value),
        ),
    ),
  );
}

describe('What a Baileys client sets', () => {
  it('is shown by the phone: pin, mute, archive, unread, star, labels, contact, name', async () => {
    const { socket } = client;
    const message = lastMessage();
    const lastMessages = [message];
    await socket.chatModify({ pin: true }, vera.lid);
    await socket.chatModify({ mute: 1_900_000_000_000 }, vera.jid);
    await socket.chatModify({ archive: true, lastMessages }, vera.lid);
    await socket.chatModify({ markRead: false, lastMessages }, vera.lid);
    await socket.star(vera.lid, [{ id: message.key.id ?? '', fromMe: false }], true);
    await socket.addLabel('', { id: '7', name: 'New', color: 3 });
    await socket.addChatLabel(vera.lid, '7');
    await socket.addOrEditContact(vera.jid, { fullName: 'Vera Smith', firstName: 'Vera' });
    await socket.updateProfileName('Ann B.');
    expect(phone.settings.chat(vera.phone)).toEqual({
      chat: vera.jid,
      isPinned: true,
      isArchived: true,
      isMarkedUnread: true,
      mutedUntil: 1_900_000_000_000,
      labels: ['7'],
    });
    expect(phone.settings.get()).toMatchObject({
      starred: [message.key.id],
      labels: [{ id: '7', name: 'New', color: 3 }],
      contacts: [{ jid: vera.jid, fullName: 'Vera Smith', firstName: 'Vera' }],
    });
    expect(phone.name).toBe('Ann B.');
    await socket.chatModify({ pin: false }, vera.lid);
    await socket.chatModify({ mute: null }, vera.lid);
    await socket.removeContact(vera.jid);
    expect(phone.settings.chat(vera.phone)).toMatchObject({ isPinned: false });
    expect(phone.settings.get().contacts).toEqual([]);
    expect(warnings).toEqual([]);
    expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
  });

  it('is deleted from the phone when it is deleted for me', async () => {
    const { key } = lastMessage();
    const deleteForMe = { deleteMedia: false, key, timestamp: Math.floor(Date.now() / 1000) };
    await client.socket.chatModify({ deleteForMe }, vera.lid);
    expect(phone.messages).toEqual([]);
    expect(vera.messages).toHaveLength(1);
  });

  it('reaches the other device of the account, also one that is linked later', async () => {
    const second = await pairedClient(simulator, ANN);
    await second.until('the first sync', () => second.auth.creds.accountSyncCounter > 0);
    await client.socket.chatModify({ pin: true }, vera.lid);
    await second.until('the pin', () =>
      second.events.some(
        ({ name, value }) => name === 'chats.update' && JSON.stringify(value).includes('pinned'),
      ),
    );
    await second.socket.chatModify({ archive: true, lastMessages: [lastMessage()] }, vera.lid);
    await chatUpdate({ archived: true });
    const third = await pairedClient(simulator, ANN);
    // The settings of a chat come with the chat when a device is new.
    const history = await third.until('the history', () =>
      third.events.find(({ name }) => name === 'messaging-history.set'),
    );
    expect(history.value).toMatchObject({ chats: [{ id: vera.lid, archived: true }] });
    expect(warnings).toEqual([]);
  });
});

describe('Unlinking a device', () => {
  it('makes a new key, with which the others go on', async () => {
    const second = await pairedClient(simulator, ANN);
    await second.until('the first sync', () => second.auth.creds.accountSyncCounter > 0);
    await client.socket.chatModify({ pin: true }, vera.lid);
    const keyBefore = client.auth.creds.myAppStateKeyId;
    simulator.unlink(ANN, 2);
    await client.until('the new key', () => client.auth.creds.myAppStateKeyId !== keyBefore);
    await client.socket.chatModify({ archive: true, lastMessages: [lastMessage()] }, vera.lid);
    phone.settings.mute(VERA, 1_900_000_000_000);
    await chatUpdate({ muteEndTime: 1_900_000_000_000 });
    expect(phone.settings.chat(VERA)).toMatchObject({ isPinned: true, isArchived: true });
    expect(warnings).toEqual([]);
  });
});

describe('What the phone sets', () => {
  it('reaches the client, which checks every MAC', async () => {
    const { id } = vera.messages[0] ?? { id: '' };
    phone.settings.mute(VERA, 1_900_000_000_000);
    await chatUpdate({ muteEndTime: 1_900_000_000_000 });
    phone.settings.archive(VERA);
    await chatUpdate({ archived: true });
    phone.settings.pin(VERA);
    phone.settings.markRead(VERA, false);
    await chatUpdate({ unreadCount: -1 });
    phone.settings.pin(VERA, false);
    await chatUpdate({ pinned: null });
    phone.settings.star(id);
    await client.until('the star', () =>
      client.events.some(
        (event) => event.name === 'messages.update' && event.value.some(({ update }) => update.starred),
      ),
    );
    phone.settings.saveContact(VERA, { fullName: 'Vera Smith' });
    await client.until('the contact', () =>
      client.events.some(
        (event) => event.name === 'contacts.upsert' && event.value[0]?.name === 'Vera Smith',
      ),
    );
    phone.settings.saveLabel({ id: '9', name: 'Old', color: 1 });
    phone.settings.labelChat(VERA, '9');
    await client.until('the label', () => client.events.some(({ name }) => name === 'labels.association'));
    phone.settings.setPushName('Ann C.');
    await client.until('the name', () => client.auth.creds.me?.name === 'Ann C.');
    phone.settings.deleteForMe(id);
    await client.until('the deletion', () => client.events.some(({ name }) => name === 'messages.delete'));
    await client.socket.chatModify({ pin: true }, vera.lid);
    expect(phone.settings.chat(VERA)).toMatchObject({ isPinned: true, isArchived: true });
    expect(warnings).toEqual([]);
  });

  it('is caught up on by a client that was away', async () => {
    client.disconnect();
    await vi.waitFor(() => expect(simulator.statistics().connectionsOpen).toBe(0));
    for (let count = 0; count < 56; count++) phone.settings.pin(VERA, count % 2 === 0);
    client.connect();
    await chatUpdate({ pinned: null });
    await client.socket.chatModify({ archive: true, lastMessages: [lastMessage()] }, vera.lid);
    expect(phone.settings.chat(VERA)).toMatchObject({ isArchived: true });
    expect(warnings).toEqual([]);
  });
});

describe('The server', () => {
  it.each([
    ['an unknown collection', { name: 'nonsense', version: '0' }, Buffer.alloc(0)],
    ['a version that is none', { name: 'regular', version: 'x' }, Buffer.alloc(0)],
    ['a patch that is none', { name: 'regular', version: '0' }, Buffer.from('nonsense')],
  ])('refuses %s with 400', async (_what, attrs, content) => {
    const collection = { tag: 'collection', attrs, content: [{ tag: 'patch', attrs: {}, content }] };
    const answer = await client.socket.query({
      tag: 'iq',
      attrs: { to: '@s.whatsapp.net', type: 'set', xmlns: 'w:sync:app:state' },
      content: [{ tag: 'sync', attrs: {}, content: [collection] }],
    });
    expect(JSON.stringify(answer)).toContain('"code":"400"');
  });

  it('refuses a patch for an older version with 409 and the patches in between', async () => {
    phone.settings.pin(VERA);
    const patch = { tag: 'patch', attrs: {}, content: Buffer.alloc(0) };
    const collection = { tag: 'collection', attrs: { name: 'regular_low', version: '0' }, content: [patch] };
    const answer = await client.socket.query({
      tag: 'iq',
      attrs: { to: '@s.whatsapp.net', type: 'set', xmlns: 'w:sync:app:state' },
      content: [{ tag: 'sync', attrs: {}, content: [collection] }],
    });
    expect(answer).toMatchObject({
      content: [
        {
          content: [
            {
              attrs: { name: 'regular_low', type: 'error', version: '1' },
              content: [
                { tag: 'error', attrs: { code: '409' } },
                { tag: 'patches', content: [{ tag: 'patch' }] },
              ],
            },
          ],
        },
      ],
    });
  });
});
