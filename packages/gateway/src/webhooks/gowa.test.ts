import type { Content, WharfEvent } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { gowaPayload } from './gowa.js';

const header = { seq: 1, id: 'E1', deviceId: 'shop', jid: '15550001@s.whatsapp.net', at: 1_700_000_000_000 };
const event = (type: string, payload: unknown) => ({ ...header, type, payload }) as unknown as WharfEvent;
const vera = { jid: '15550009@s.whatsapp.net', lid: '77@lid', phone: '15550009', name: 'Vera' };
const received = (content: Content, more = {}) =>
  event('message', {
    id: 'M1',
    chat: vera.jid,
    isGroup: false,
    isFromMe: false,
    sender: vera,
    content,
    at: 1_700_000_000_500,
    isOffline: false,
    ...more,
  });

const common = {
  id: 'M1',
  timestamp: '2023-11-14T22:13:20.500Z',
  is_from_me: false,
  chat_id: vera.jid,
  chat_lid: vera.lid,
  from: vera.jid,
  from_lid: vera.lid,
  from_name: 'Vera',
  sender_display_name: 'Vera',
};
const media = {
  mimetype: 'image/jpeg',
  url: 'https://mmg.example/x',
  sha256: 'c2hh',
  sizeBytes: 9,
  mediaKey: 'a2V5',
};
const target = { id: 'M0' } as never;

describe('an event in the shape of GOWA', () => {
  it('names the account and the device, and has the time of all but messages on top', () => {
    expect(gowaPayload(received({ kind: 'text', text: 'Hi' }))).toEqual({
      event: 'message',
      device_id: '15550001@s.whatsapp.net',
      session_id: 'shop',
      payload: { ...common, body: 'Hi' },
    });
    expect(gowaPayload(event('session.restored', { retired: 1 }))).toEqual({
      event: 'session.restored',
      device_id: '15550001@s.whatsapp.net',
      session_id: 'shop',
      timestamp: '2023-11-14T22:13:20.000Z',
      payload: { retired: 1 },
    });
  });

  it.each<[string, Content, object]>([
    [
      'a reply that is forwarded',
      { kind: 'text', text: 'Yes', quoted: { id: 'M0' as never, text: 'Really?' }, isForwarded: true },
      { body: 'Yes', replied_to_id: 'M0', quoted_body: 'Really?', forwarded: true },
    ],
    [
      'a picture',
      { kind: 'image', media, caption: 'Look', isViewOnce: true },
      {
        body: 'Look',
        view_once: true,
        image: { url: media.url, mimetype: 'image/jpeg', sha256: 'c2hh', file_size: 9, caption: 'Look' },
      },
    ],
    [
      'a voice note',
      { kind: 'voice', media: { mimetype: 'audio/ogg' } },
      { audio: { mimetype: 'audio/ogg', ptt: true } },
    ],
    [
      'a document',
      { kind: 'document', media: { mimetype: 'application/pdf' }, fileName: 'a.pdf' },
      { document: { mimetype: 'application/pdf', filename: 'a.pdf' } },
    ],
    [
      'a place',
      { kind: 'location', latitude: 1, longitude: 2, name: 'Inn' },
      { body: 'Inn', location: { degreesLatitude: 1, degreesLongitude: 2, name: 'Inn' } },
    ],
    [
      'a card',
      { kind: 'contacts', contacts: [{ name: 'Tom', phones: ['+1 555'] }] },
      { body: 'Tom', contact: { displayName: 'Tom', phone_number: '+1 555' } },
    ],
  ])('tells of %s', (_, content, expected) => {
    expect(gowaPayload(received(content))).toMatchObject({
      event: 'message',
      payload: { ...common, ...expected },
    });
  });

  it('gives no key of a file away', () => {
    expect(JSON.stringify(gowaPayload(received({ kind: 'image', media })))).not.toContain('a2V5');
  });

  it.each<[string, Content, object]>([
    [
      'message.reaction',
      { kind: 'reaction', target, emoji: '👍' },
      { reaction: '👍', reacted_message_id: 'M0' },
    ],
    [
      'message.revoked',
      { kind: 'revoke', target },
      { revoked_message_id: 'M0', revoked_from_me: false, revoked_chat: vera.jid },
    ],
    ['message.edited', { kind: 'edit', target, text: 'New' }, { original_message_id: 'M0', body: 'New' }],
  ])('has an event %s', (name, content, expected) => {
    expect(gowaPayload(received(content))).toMatchObject({
      event: name,
      payload: { ...common, ...expected },
    });
  });

  it('makes acknowledgements of deliveries, chat presences of writing, and offers of calls', () => {
    expect(
      gowaPayload(event('message.delivery', { messageId: 'M2', chat: vera.jid, delivery: 'read' })),
    ).toMatchObject({
      event: 'message.ack',
      payload: { ids: ['M2'], chat_id: vera.jid, from: vera.jid, receipt_type: 'read' },
    });
    expect(
      gowaPayload(event('presence', { chat: vera.jid, contact: vera, state: 'recording' })),
    ).toMatchObject({
      event: 'chat_presence',
      payload: { from: vera.jid, from_lid: vera.lid, state: 'composing', media: 'audio', is_group: false },
    });
    const call = { id: 'C1', step: 'offered', chat: vera.jid, caller: vera, isGroup: false };
    expect(gowaPayload(event('call', call))).toMatchObject({
      event: 'call.offer',
      payload: { call_id: 'C1', from: vera.jid, auto_rejected: false },
    });
    expect(gowaPayload(event('call', { ...call, step: 'missed' }))).toMatchObject({
      event: 'call',
      payload: { step: 'missed' },
    });
  });
});
