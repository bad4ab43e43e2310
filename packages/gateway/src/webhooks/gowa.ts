import { type Content, type EventOf, type Message, textOf, type WharfEvent } from '@wharf/core';
import { gowaContent, known } from './gowa-content.js';

type Fields = Record<string, unknown>;

/** An event as GOWA would tell it. */
export interface GowaPayload {
  event: string;
  /** The JID of the account. */
  device_id?: string;
  /** Our ID of the device. */
  session_id: string;
  timestamp?: string;
  payload: unknown;
}

const iso = (at: number): string => new Date(at).toISOString();

/**
 * Says an event in the shape of GOWA's webhooks, so that what was made for those works unchanged.
 *
 * What GOWA has no event for goes by Wharf's name with Wharf's payload.
 */
export function gowaPayload(event: WharfEvent): GowaPayload {
  const { name, payload, isMessage } = translate(event);
  return {
    event: name,
    ...(event.jid ? { device_id: event.jid } : {}),
    session_id: event.deviceId,
    // GOWA puts the time of messages into their payload alone.
    ...(isMessage ? {} : { timestamp: iso(event.at) }),
    payload,
  };
}

function translate(event: WharfEvent): { name: string; payload: unknown; isMessage?: boolean } {
  switch (event.type) {
    case 'message':
      return { ...message(event.payload), isMessage: true };
    case 'message.delivery':
      return { name: 'message.ack', payload: ack(event) };
    case 'presence':
      return presence(event) ?? { name: event.type, payload: event.payload };
    case 'call':
      return event.payload.step === 'offered'
        ? { name: 'call.offer', payload: offer(event) }
        : { name: event.type, payload: event.payload };
    default:
      return { name: event.type, payload: event.payload };
  }
}

function message(received: Message): { name: string; payload: Fields } {
  const { content } = received;
  const common = commonOf(received);
  switch (content.kind) {
    case 'reaction': {
      const payload = { ...common, reaction: content.emoji, reacted_message_id: content.target.id };
      return { name: 'message.reaction', payload };
    }
    case 'revoke': {
      const { target } = content;
      const isFromMe = target.isFromMe ?? received.isFromMe;
      return {
        name: 'message.revoked',
        payload: {
          ...common,
          revoked_message_id: target.id,
          revoked_from_me: isFromMe,
          revoked_chat: received.chat,
        },
      };
    }
    case 'edit': {
      const payload = { ...common, original_message_id: content.target.id, body: content.text };
      return { name: 'message.edited', payload };
    }
    default:
      return { name: 'message', payload: { ...common, ...annotations(content), ...gowaContent(content) } };
  }
}

function commonOf({ id, at, isFromMe, chat, isGroup, sender }: Message): Fields {
  return known({
    id,
    timestamp: iso(at),
    is_from_me: isFromMe,
    chat_id: chat,
    chat_lid: !isGroup && !isFromMe ? sender.lid : undefined,
    from: sender.jid,
    from_lid: sender.lid,
    from_name: sender.name,
    sender_display_name: sender.savedName ?? sender.name,
  });
}

function annotations(content: Content): Fields {
  const { quoted, isViewOnce, isForwarded } = content as Extract<Content, { kind: 'text' }>;
  return known({
    body: ('caption' in content ? content.caption : textOf(content)) || undefined,
    replied_to_id: quoted?.id,
    quoted_body: quoted?.text,
    view_once: isViewOnce,
    forwarded: isForwarded,
  });
}

const receipts: Record<string, string> = {
  server: 'The message has reached the server.',
  delivered: 'The message was delivered to the recipient.',
  read: 'The recipient has read the message.',
  played: 'The recipient has played the message.',
  error: 'The server has refused the message.',
};

function ack({ payload, jid, lid }: EventOf<'message.delivery'>): Fields {
  const { messageId, chat, delivery } = payload;
  return known({
    ids: [messageId],
    chat_id: chat,
    // In a group nobody knows whose receipt it is; else it is of the one who was written to.
    from: chat.endsWith('@g.us') ? jid : chat,
    from_lid: lid,
    receipt_type: delivery,
    receipt_type_description: receipts[delivery],
  });
}

function presence({ payload }: EventOf<'presence'>): { name: string; payload: Fields } | undefined {
  const { chat, contact, state } = payload;
  if (state === 'available' || state === 'unavailable') return undefined;
  return {
    name: 'chat_presence',
    payload: known({
      from: contact.jid,
      from_lid: contact.lid,
      chat_id: chat,
      state: state === 'paused' ? 'paused' : 'composing',
      media: state === 'recording' ? 'audio' : '',
      is_group: chat.endsWith('@g.us'),
    }),
  };
}

function offer({ payload }: EventOf<'call'>): Fields {
  const { id, caller, chat, isGroup } = payload;
  return known({
    call_id: id,
    from: caller.jid,
    from_lid: caller.lid,
    auto_rejected: false,
    group_jid: isGroup ? chat : undefined,
  });
}
