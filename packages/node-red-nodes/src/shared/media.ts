import type { NodeAPI } from 'node-red';
import { FlowError } from './errors.js';

/** What a message says of a file it carries, by the names that the core nodes use. */
interface Claims {
  fileName?: string;
  mimetype?: string;
}

/**
 * A file as core takes it, from what a flow has: bytes, a URL, a data URL, a path, or a media object.
 *
 * A path is taken from the settings alone: whoever may write to a flow must not choose a file of this machine.
 *
 * @throws FlowError MEDIA_PATH_FROM_MESSAGE
 */
export function toMedia(RED: NodeAPI, value: unknown, isFromMessage: boolean, claims: Claims = {}): unknown {
  if (value instanceof Uint8Array) return { data: value, ...claims };
  if (typeof value !== 'string') return value;
  if (/^(https?|data):/i.test(value)) return { url: value, ...claims };
  if (isFromMessage) throw new FlowError(RED, 'MEDIA_PATH_FROM_MESSAGE');
  return { path: value, ...claims };
}

/** What a message says of its file: `msg.filename` without its folders, `msg.mimetype`. */
export function claimsOf(message: object): Claims {
  const fileName = 'filename' in message && typeof message.filename === 'string' ? message.filename : '';
  const mimetype = 'mimetype' in message && typeof message.mimetype === 'string' ? message.mimetype : '';
  const bare = fileName.split(/[\\/]/).at(-1);
  return { ...(bare ? { fileName: bare } : {}), ...(mimetype ? { mimetype } : {}) };
}
