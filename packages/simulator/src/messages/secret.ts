import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';

/*
 * Poll votes, answers to events, comments and some edits are encrypted a second time, with a secret that came with the message
 * that they are about: only those who got that one can read them.
 */

/** Who asked and who answers, as JIDs without device, in the address space of the chat. */
export interface SecretContext {
  secret: Uint8Array;
  id: string;
  author: string;
  answerer: string;
}

export interface SecretPayload {
  encPayload: Uint8Array;
  encIv: Uint8Array;
}

const TAG_BYTES = 16;
type Purpose = 'Poll Vote' | 'Event Response' | 'Enc Comment' | 'Poll Edit' | 'Event Edit';

/** How a poll's votes name an option: by its hash. */
export function optionHash(option: string): Buffer {
  return createHash('sha256').update(option).digest();
}

export function sealVote(context: SecretContext, options: string[]): SecretPayload {
  const vote = proto.Message.PollVoteMessage.encode({ selectedOptions: options.map(optionHash) }).finish();
  return seal(context, 'Poll Vote', vote);
}

/** The hashes of the chosen options; throws if the vote was not made for this poll by this person. */
export function openVote(context: SecretContext, payload: SecretPayload): Uint8Array[] {
  return proto.Message.PollVoteMessage.decode(open(context, 'Poll Vote', payload)).selectedOptions;
}

export function sealEventResponse(
  context: SecretContext,
  response: proto.Message.EventResponseMessage.EventResponseType,
): SecretPayload {
  const answer = proto.Message.EventResponseMessage.encode({ response, timestampMs: Date.now() }).finish();
  return seal(context, 'Event Response', answer);
}

/** The answer to an event; throws if it was not given to this event by this person. */
export function openEventResponse(context: SecretContext, payload: SecretPayload) {
  return proto.Message.EventResponseMessage.decode(open(context, 'Event Response', payload)).response;
}

/** Seals what takes the place of a message, or stands below it. */
export function sealMessage(
  context: SecretContext,
  purpose: 'Enc Comment' | 'Poll Edit' | 'Event Edit',
  message: proto.IMessage,
): SecretPayload {
  return seal(context, purpose, proto.Message.encode(message).finish());
}

function seal(context: SecretContext, purpose: Purpose, plaintext: Uint8Array): SecretPayload {
  const encIv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyFor(context, purpose), encIv).setAAD(
    boundTo(context, purpose),
  );
  return {
    encIv,
    encPayload: Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]),
  };
}

function open(context: SecretContext, purpose: Purpose, { encIv, encPayload }: SecretPayload): Buffer {
  const sealed = Buffer.from(encPayload);
  const decipher = createDecipheriv('aes-256-gcm', keyFor(context, purpose), encIv)
    .setAAD(boundTo(context, purpose))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
}

/** HKDF-SHA256 without salt, for one block. */
function keyFor({ secret, id, author, answerer }: SecretContext, purpose: Purpose): Buffer {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest();
  return createHmac('sha256', extracted)
    .update(id + author + answerer + purpose)
    .update(Buffer.of(1))
    .digest();
}

/** Only votes and answers name the message and who answers in clear. */
function boundTo({ id, answerer }: SecretContext, purpose: Purpose): Buffer {
  return Buffer.from(purpose === 'Poll Vote' || purpose === 'Event Response' ? `${id}\0${answerer}` : '');
}
