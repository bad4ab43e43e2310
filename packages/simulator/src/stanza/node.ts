import type { BinaryNode } from '@whiskeysockets/baileys/lib/WABinary/types.js';

/** One stanza, or a part of one: a tag, string attributes, and children, bytes or nothing. */
export type Stanza = BinaryNode;

type Attribute = string | number | undefined;

/**
 * Builds a stanza; attributes that are undefined are left out and numbers are written as text.
 *
 * The codec corrupts a frame whose attribute is not a string, hence this is the only way stanzas are made.
 */
export function stanza(
  tag: string,
  attributes: Record<string, Attribute> = {},
  content?: Stanza[] | Uint8Array,
): Stanza {
  const attrs: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) attrs[name] = String(value);
  }
  return content === undefined ? { tag, attrs } : { tag, attrs, content };
}

/** The children of a stanza, optionally only those with this tag; none for a stanza that holds bytes. */
export function childrenOf(parent: Stanza | undefined, tag?: string): Stanza[] {
  if (!Array.isArray(parent?.content)) return [];
  return tag === undefined ? parent.content : parent.content.filter((child) => child.tag === tag);
}

/** The first child with this tag; clients order children differently, so position means nothing. */
export function childOf(parent: Stanza | undefined, tag: string): Stanza | undefined {
  return childrenOf(parent, tag)[0];
}

/** The bytes of a stanza or of its child with this tag; undefined where there are none. */
export function bytesOf(parent: Stanza | undefined, tag?: string): Buffer | undefined {
  const content = (tag === undefined ? parent : childOf(parent, tag))?.content;
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array ? Buffer.from(content) : undefined;
}

/** The unsigned big-endian number held by a child, at most six bytes long. */
export function numberOf(parent: Stanza | undefined, tag: string): number | undefined {
  const bytes = bytesOf(parent, tag);
  return bytes && bytes.length > 0 && bytes.length <= 6 ? bytes.readUIntBE(0, bytes.length) : undefined;
}

/** A number as unsigned big-endian bytes. */
export function bigEndian(value: number, byteLength: number): Buffer {
  const bytes = Buffer.alloc(byteLength);
  bytes.writeUIntBE(value, 0, byteLength);
  return bytes;
}

/** The time of day as stanzas carry it: whole seconds since 1970. */
export function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}
