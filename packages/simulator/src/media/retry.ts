import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Companion } from '../accounts/device.js';
import { bytesOf, childOf, type Stanza, secondsNow, stanza } from '../stanza/node.js';
import { blobTokenOf } from './attachment.js';

const { SUCCESS, NOT_FOUND, DECRYPTION_ERROR } = proto.MediaRetryNotification.ResultType;
const TAG_BYTES = 16;

/**
 * Lets the phone answer a linked device that could not fetch an attachment (`server-error` receipt).
 *
 * If the phone still has the file, it uploads it again and says where it is now, encrypted with a key derived
 * from the media key; the message itself stays as it was.
 */
export function answerMediaRetry(companion: Companion, receipt: Stanza): void {
  const { account } = companion;
  const { id = '' } = receipt.attrs;
  const media = account.directory.media;
  const message = account.state.messages.find((candidate) => candidate.id === id);
  if (!media || !message?.media) return companion.deliver(notice(receipt, account.pnJid, NOT_FOUND));
  const key = retryKey(Buffer.from(message.media.mediaKey, 'base64'));
  if (!isGenuine(receipt, key, id))
    return companion.deliver(notice(receipt, account.pnJid, DECRYPTION_ERROR));
  const token = blobTokenOf(message.media);
  if (!media.blobs.has(token)) return companion.deliver(notice(receipt, account.pnJid, NOT_FOUND));
  message.media.directPath = media.blobs.path(token);
  account.changed();
  const content = proto.MediaRetryNotification.encode({
    stanzaId: id,
    directPath: message.media.directPath,
    result: SUCCESS,
  }).finish();
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id));
  const encrypted = Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  companion.deliver(notice(receipt, account.pnJid, SUCCESS, { encrypted, iv }));
}

/** The request is encrypted as well, so that only who can read the message can make the phone upload. */
function isGenuine(receipt: Stanza, key: Buffer, id: string): boolean {
  const encrypted = bytesOf(childOf(receipt, 'encrypt'), 'enc_p');
  const iv = bytesOf(childOf(receipt, 'encrypt'), 'enc_iv');
  if (!encrypted || encrypted.length < TAG_BYTES || iv?.length !== 12) return false;
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, iv)
      .setAAD(Buffer.from(id))
      .setAuthTag(encrypted.subarray(-TAG_BYTES));
    const content = Buffer.concat([cipher.update(encrypted.subarray(0, -TAG_BYTES)), cipher.final()]);
    return proto.ServerErrorReceipt.decode(content).stanzaId === id;
  } catch {
    return false;
  }
}

function notice(
  { attrs, content }: Stanza,
  from: string,
  result: number,
  success?: { encrypted: Buffer; iv: Buffer },
): Stanza {
  const rmr = Array.isArray(content) ? content.find(({ tag }) => tag === 'rmr') : undefined;
  const answer = success
    ? stanza('encrypt', {}, [stanza('enc_p', {}, success.encrypted), stanza('enc_iv', {}, success.iv)])
    : stanza('error', { code: result });
  return stanza('notification', { from, type: 'mediaretry', id: attrs.id, t: secondsNow() }, [
    answer,
    stanza('rmr', { ...rmr?.attrs }),
  ]);
}

function retryKey(mediaKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), 'WhatsApp Media Retry Notification', 32));
}
