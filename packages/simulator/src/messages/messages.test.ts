import { type AnyMessageContent, decryptPollVote, proto, type WAMessage } from '@whiskeysockets/baileys';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Contact } from '../accounts/contact.js';
import type { Simulator } from '../simulator.js';
import { pairedClient, type TestClient } from '../test-client.js';
import { endTestSimulator, startTestSimulator } from '../test-simulator.js';
import type { ContentInput } from './content.js';
import { optionHash } from './secret.js';

const ANN = '15550100001';
const VERA = '15550100003';
const OLGA = '15550100004';

let simulator: Simulator;
let ann: TestClient;
let vera: Contact;

beforeEach(async () => {
  simulator = await startTestSimulator({ receiptDelayMs: 20 });
  vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  simulator.addContact({ phone: OLGA, name: 'Olga' });
  ann = await pairedClient(simulator, ANN, 'Ann');
  return () => endTestSimulator(simulator);
});

const sent = (content: AnyMessageContent, to = vera.lid) => ann.sendContent(to, content);

const TOMORROW = Date.UTC(2030, 0, 1);

describe('What a contact sends', () => {
  it.each<[ContentInput, keyof proto.IMessage, object]>([
    [{ kind: 'text', text: 'plain' }, 'conversation', {}],
    [
      { kind: 'text', text: 'to @Olga', mentions: [OLGA] },
      'extendedTextMessage',
      { text: 'to @Olga', contextInfo: { mentionedJid: [expect.stringMatching(/@lid$/)] } },
    ],
    [
      { kind: 'text', text: 'soon gone', expiresIn: 86_400 },
      'extendedTextMessage',
      { contextInfo: { expiration: 86_400 } },
    ],
    [
      { kind: 'location', latitude: 48.2, longitude: 16.37, name: 'Vienna' },
      'locationMessage',
      { degreesLatitude: 48.2, degreesLongitude: 16.37, name: 'Vienna' },
    ],
    [
      { kind: 'location', latitude: 1, longitude: 2, live: true },
      'liveLocationMessage',
      { degreesLatitude: 1 },
    ],
    [
      { kind: 'contacts', contacts: [{ name: 'Olga', phone: '+15550100004' }] },
      'contactMessage',
      { displayName: 'Olga', vcard: expect.stringContaining('waid=15550100004:+15550100004') },
    ],
    [
      {
        kind: 'contacts',
        contacts: [
          { name: 'Olga', phone: '1' },
          { name: 'Ann', phone: '2' },
        ],
      },
      'contactsArrayMessage',
      { displayName: '2 contacts' },
    ],
    [
      { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectable: 1 },
      'pollCreationMessageV3',
      { name: 'Lunch?', options: [{ optionName: 'Yes' }, { optionName: 'No' }] },
    ],
    [
      { kind: 'poll', name: 'Which?', options: ['A', 'B'] },
      'pollCreationMessage',
      { selectableOptionsCount: 0 },
    ],
    [{ kind: 'event', name: 'Party', startAt: TOMORROW }, 'eventMessage', { name: 'Party' }],
    [
      { kind: 'buttons', text: 'Well?', buttons: [{ id: 'y', text: 'Yes' }] },
      'buttonsMessage',
      { contentText: 'Well?', buttons: [{ buttonId: 'y', buttonText: { displayText: 'Yes' } }] },
    ],
    [
      { kind: 'list', text: 'Choose', button: 'Open', rows: [{ id: '1', title: 'One' }] },
      'listMessage',
      { description: 'Choose', sections: [{ rows: [{ rowId: '1', title: 'One' }] }] },
    ],
    [{ kind: 'phoneRequest' }, 'requestPhoneNumberMessage', {}],
    [{ kind: 'expiration', seconds: 86_400 }, 'protocolMessage', { ephemeralExpiration: 86_400 }],
  ])('reaches a Baileys client: %j', async (content, field, body) => {
    const { id } = await vera.send(ANN, content);
    const { message } = await ann.received(id);
    expect(message?.[field]).toBeTruthy();
    if (field !== 'conversation') expect(message?.[field]).toMatchObject(body);
  });

  it('answers, reacts to, edits, pins, keeps and takes back', async () => {
    const asked = await sent({ text: 'a question' });
    await vera.waitForMessage(({ id }) => id === asked.key.id);
    const { id } = await vera.send(ANN, { kind: 'text', text: 'an answer', quote: asked.key.id });
    expect((await ann.received(id)).message?.extendedTextMessage).toMatchObject({
      text: 'an answer',
      contextInfo: { stanzaId: asked.key.id, quotedMessage: { conversation: 'a question' } },
    });
    await vera.send(ANN, { kind: 'reaction', of: asked.key.id, emoji: '👍' });
    await ann.until('the reaction', () =>
      ann.events.some(
        ({ name, value }) =>
          name === 'messages.reaction' &&
          value.some(({ key, reaction }) => key.id === asked.key.id && key.fromMe && reaction.text === '👍'),
      ),
    );
    const updated = (what: string, fits: (update: Partial<WAMessage>) => boolean) =>
      ann.until(what, () =>
        ann.events.some(
          ({ name, value }) =>
            name === 'messages.update' && value.some(({ key, update }) => key.id === id && fits(update)),
        ),
      );
    await vera.send(ANN, { kind: 'edit', of: id, text: 'a better answer' });
    await updated(
      'the edit',
      ({ message }) => message?.editedMessage?.message?.conversation === 'a better answer',
    );
    const { id: pin } = await vera.send(ANN, { kind: 'pin', of: id, seconds: 86_400 });
    expect((await ann.received(pin)).message?.pinInChatMessage).toMatchObject({ key: { id }, type: 1 });
    const { id: keep } = await vera.send(ANN, { kind: 'keep', of: id, kept: true });
    expect((await ann.received(keep)).message?.keepInChatMessage).toMatchObject({ key: { id }, keepType: 1 });
    expect(vera.messages.find((message) => message.id === id)).toMatchObject({
      text: 'a better answer',
      edited: true,
      pinned: true,
      kept: true,
    });
    await vera.send(ANN, { kind: 'revoke', of: id });
    await updated(
      'the revocation',
      ({ messageStubType, message }) => messageStubType === 1 && message === null,
    );
    expect(vera.messages.find((message) => message.id === id)).toMatchObject({ text: '', revoked: true });
    await expect(vera.send(ANN, { kind: 'revoke', of: 'nothing' })).rejects.toMatchObject({
      httpStatus: 404,
    });
    await expect(vera.send(ANN, { kind: 'vote', of: id, options: [] })).rejects.toMatchObject({
      httpStatus: 409,
    });
  });

  it('is refused when it is nothing', async () => {
    await expect(vera.send(ANN, '')).rejects.toMatchObject({ code: 'CONTENT_INVALID', httpStatus: 400 });
    await expect(vera.send('15559999999', 'hi')).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
  });

  it('votes in a poll so that the client can read it', async () => {
    const poll = await sent({ poll: { name: 'Lunch?', values: ['Yes', 'No'], selectableCount: 1 } });
    await vera.waitForMessage(({ content }) => content?.kind === 'poll');
    const { id } = await vera.send(ANN, { kind: 'vote', of: poll.key.id, options: ['No'] });
    const { message } = await ann.received(id);
    const vote = message?.pollUpdateMessage?.vote;
    const secret = poll.message?.messageContextInfo?.messageSecret;
    if (!vote || !secret) throw new Error('no vote');
    const { selectedOptions } = decryptPollVote(vote, {
      pollCreatorJid: simulator.account(ANN).lid,
      pollMsgId: poll.key.id,
      pollEncKey: secret,
      voterJid: vera.lid,
    });
    expect(selectedOptions?.map((option) => Buffer.from(option))).toEqual([optionHash('No')]);
    expect(vera.messages[0]).toMatchObject({ votes: [{ from: vera.jid, options: ['No'] }] });
    await vi.waitFor(() =>
      expect(simulator.phoneMessages(ANN)[0]).toMatchObject({ votes: [{ from: vera.jid, options: ['No'] }] }),
    );
  });

  it('says whether it comes to an event', async () => {
    const event = await sent({ event: { name: 'Party', startDate: new Date(TOMORROW) } });
    await vera.waitForMessage(({ content }) => content?.kind === 'event');
    await vera.send(ANN, { kind: 'eventResponse', of: event.key.id, response: 'going' });
    await vi.waitFor(() =>
      expect(simulator.phoneMessages(ANN)[0]).toMatchObject({
        responses: [{ from: vera.jid, response: 'going' }],
      }),
    );
  });
});

describe('What a Baileys client sends', () => {
  it.each([
    [
      { text: 'hi', mentions: [`${OLGA}@s.whatsapp.net`] },
      { kind: 'text', text: 'hi', mentions: [`${OLGA}@s.whatsapp.net`] },
    ],
    [
      { location: { degreesLatitude: 48.5, degreesLongitude: 16.5, name: 'Here' } },
      { kind: 'location', latitude: 48.5, longitude: 16.5, name: 'Here' },
    ],
    [
      {
        contacts: {
          contacts: [{ displayName: 'Olga', vcard: 'BEGIN:VCARD\nFN:Olga\nTEL;waid=1:+1 555\nEND:VCARD' }],
        },
      },
      { kind: 'contacts', contacts: [{ name: 'Olga', phone: '+1 555' }] },
    ],
    [
      { poll: { name: 'Which?', values: ['A', 'B'], selectableCount: 2 } },
      { kind: 'poll', name: 'Which?', options: ['A', 'B'], selectable: 2 },
    ],
    [
      { event: { name: 'Party', startDate: new Date(TOMORROW), description: 'Come' } },
      { kind: 'event', name: 'Party', startAt: TOMORROW, description: 'Come' },
    ],
    [
      { buttonReply: { id: 'y', displayText: 'Yes', index: 0 }, type: 'plain' },
      { kind: 'buttonReply', of: '', id: 'y', text: 'Yes' },
    ],
    [
      { listReply: { title: 'One', listType: 1, singleSelectReply: { selectedRowId: '1' } } },
      { kind: 'listReply', of: '', id: '1', text: 'One' },
    ],
    [{ requestPhoneNumber: true }, { kind: 'phoneRequest' }],
  ] as const)('is understood by a contact: %j', async (content, understood) => {
    const { key } = await sent(structuredClone(content) as never);
    const { content: read } = await vera.waitForMessage(({ id }) => id === key.id);
    expect(read).toEqual(understood);
  });

  it('changes what the contact has', async () => {
    const hello = await sent({ text: 'hello' });
    await vera.waitForMessage(({ id }) => id === hello.key.id);
    const { id } = await vera.send(ANN, 'react to me');
    const { key } = await ann.received(id);
    await sent({ react: { text: '❤️', key } });
    await vera.waitForMessage(
      (message) =>
        message.id === id &&
        message.reactions?.[0]?.emoji === '❤️' &&
        message.reactions[0].from.startsWith(ANN),
    );
    await sent({ react: { text: '', key } });
    await vera.waitForMessage((message) => message.id === id && message.reactions?.length === 0);
    await sent({ text: 'hello again', edit: hello.key });
    await vera.waitForMessage(({ text, edited }) => text === 'hello again' && edited === true);
    await sent({ pin: hello.key, type: proto.PinInChat.Type.PIN_FOR_ALL, time: 86_400 });
    await vera.waitForMessage((message) => message.id === hello.key.id && message.pinned === true);
    await sent({ delete: hello.key });
    await vera.waitForMessage((message) => message.id === hello.key.id && message.revoked === true);
    expect(vera.messages).toHaveLength(2);
  });
});

describe('In a group', () => {
  it('polls, votes, reactions and deletions by an admin work', async () => {
    const { jid } = simulator.groups.create({ by: ANN, subject: 'Friends', members: [VERA, OLGA] });
    const olga = simulator.contact(OLGA);
    const { id } = await vera.send(jid, { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'] });
    const { key } = await ann.received(id);
    await olga.waitForMessage((message) => message.id === id);
    await olga.send(jid, { kind: 'vote', of: id, options: ['Yes'] });
    await vera.waitForMessage((message) => message.votes?.[0]?.options[0] === 'Yes');
    await ann.socket.sendMessage(jid, { react: { text: '👍', key } });
    await olga.waitForMessage((message) => message.reactions?.[0]?.emoji === '👍');
    await expect(olga.send(jid, { kind: 'revoke', of: id })).resolves.toBeTruthy();
    await ann.socket.sendMessage(jid, { delete: key });
    await vera.waitForMessage((message) => message.id === id && message.revoked === true);
  });
});
