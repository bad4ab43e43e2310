import { inflateSync } from 'node:zlib';
import * as dictionary from '@whiskeysockets/baileys/lib/WABinary/constants.js';
import { decodeDecompressedBinaryNode } from '@whiskeysockets/baileys/lib/WABinary/index.js';
import type { Stanza } from '../stanza/node.js';

const IS_DEFLATED = 2;
/** More than any client sends in one stanza; a small frame must not unfold into all the memory there is. */
const INFLATED_BYTES = 32 * 1024 * 1024;

/**
 * Decodes the plaintext of a frame: a flag byte, then the stanza, which may be deflated.
 *
 * @throws Error if it is anything but one whole stanza.
 */
export function decodeStanza(plaintext: Buffer): Stanza {
  const flags = plaintext.readUInt8();
  const body = plaintext.subarray(1);
  const encoded = flags & IS_DEFLATED ? inflateSync(body, { maxOutputLength: INFLATED_BYTES }) : body;
  return decodeDecompressedBinaryNode(encoded, dictionary);
}
