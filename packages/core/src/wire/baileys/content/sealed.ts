import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';

/*
 * What is said to a poll or an event, and in some groups to any message, is encrypted a second time, with a secret that came with that
 * message: only those who got it can read what is said.
 */

/** Who asked and who answers, as JIDs without device. */
export interface SealContext {
  secret: Uint8Array;
  /** Of the message that is answered. */
  id: string;
  author: string;
  answerer: string;
}

export interface Sealed {
  encPayload: Uint8Array;
  encIv: Uint8Array;
}

export type SealPurpose =
  | 'Poll Vote'
  | 'Event Response'
  | 'Enc Reaction'
  | 'Enc Comment'
  | 'Message Edit'
  | 'Event Edit'
  | 'Poll Edit';

const TAG_BYTES = 16;

/** How a vote names an option: by its hash. */
export const optionHash = (option: string): Buffer => createHash('sha256').update(option).digest();

export function seal(context: SealContext, purpose: SealPurpose, plaintext: Uint8Array): Sealed {
  const encIv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyFor(context, purpose), encIv).setAAD(
    boundTo(context, purpose),
  );
  return {
    encIv,
    encPayload: Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]),
  };
}

/** @throws Error when it was not sealed for this message by this person */
export function open(context: SealContext, purpose: SealPurpose, { encPayload, encIv }: Sealed): Buffer {
  const end = encPayload.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', keyFor(context, purpose), encIv)
    .setAAD(boundTo(context, purpose))
    .setAuthTag(encPayload.subarray(end));
  return Buffer.concat([decipher.update(encPayload.subarray(0, end)), decipher.final()]);
}

/** HKDF-SHA256 without salt, for one block. */
function keyFor({ secret, id, author, answerer }: SealContext, purpose: SealPurpose): Buffer {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest();
  return createHmac('sha256', extracted)
    .update(id + author + answerer + purpose)
    .update(Buffer.of(1))
    .digest();
}

/** Only votes and responses name the message and who answers in clear. */
const boundTo = ({ id, answerer }: SealContext, purpose: SealPurpose): Buffer =>
  Buffer.from(purpose === 'Poll Vote' || purpose === 'Event Response' ? `${id}\0${answerer}` : '');
