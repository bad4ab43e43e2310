import type { Stanza } from './node.js';

const BYTES_SHOWN = 20;
/** A list longer than this is shown by its first entry. */
const ALIKE_SHOWN = 6;
const TEXT = /^[\x20-\x7e]+$/;

/**
 * Writes a stanza as XML, for people: short bytes that are text as such, others by their length.
 *
 * `indent` puts every child on a line of its own; without it all is one line.
 */
export function printStanza({ tag, attrs, content }: Stanza, indent?: string): string {
  const attributes = Object.entries(attrs).map(([name, value]) => ` ${name}='${value}'`);
  const opening = `<${tag}${attributes.join('')}`;
  if (content === undefined || content.length === 0) return `${opening}/>`;
  const inner = Array.isArray(content) ? printChildren(content, indent) : printContent(content);
  return `${opening}>${inner}</${tag}>`;
}

function printChildren(children: Stanza[], indent: string | undefined): string {
  const alike = children.length > ALIKE_SHOWN && children.every(({ tag }) => tag === children[0]?.tag);
  const deeper = indent === undefined ? undefined : `${indent}  `;
  const lines = (alike ? children.slice(0, 1) : children).map((child) => printStanza(child, deeper));
  if (alike) lines.push(`<!-- ${children.length - 1} more -->`);
  return indent === undefined
    ? lines.join('')
    : `${lines.map((line) => `\n${deeper}${line}`).join('')}\n${indent}`;
}

function printContent(content: Uint8Array | string): string {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('latin1');
  if (text.length <= BYTES_SHOWN && TEXT.test(text)) return text;
  return `[${content.length} bytes]`;
}
