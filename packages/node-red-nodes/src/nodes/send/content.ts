import { type Content, type OutgoingContentInput, WharfError } from '@wharf/core';
import type { NodeMessageInFlow } from 'node-red';
import { fieldsOfContent } from '../../shared/catalogue.js';
import type { NodeLife } from '../../shared/define-node.js';
import { readForm } from '../../shared/form.js';
import type { FormField } from '../../shared/form-field.js';
import { claimsOf, toMedia } from '../../shared/media.js';
import { asText, choose, originOf } from '../../shared/precedence.js';
import { isBlank, type TypedValue } from '../../shared/value.js';

export type AnyContent = OutgoingContentInput | Content;

export interface ContentSettings {
  /** Blank: what the text setting says, whatever it is. */
  kind: string;
  text: TypedValue;
  fields: Record<string, TypedValue>;
  /** Show above it the message that it answers. */
  isReply: boolean;
}

/** What to send: `msg.content`, else what the settings say, else the payload. */
export async function chooseContent(
  life: NodeLife,
  message: NodeMessageInFlow,
  settings: ContentSettings,
): Promise<AnyContent> {
  const wished = await choose(life, message, 'content');
  const kind = asText(await choose(life, message, 'kind')) ?? settings.kind;
  const content =
    wished !== undefined || !kind
      ? toContent(
          wished ?? (await choose(life, message, 'content', settings.text)) ?? message.payload,
          message,
        )
      : await fromForm(life, message, kind, settings.fields);
  const { messageId } = originOf(message);
  const isQuoting =
    settings.isReply && messageId !== undefined && !('target' in content) && !('quoted' in content);
  return isQuoting ? ({ ...content, quoted: messageId } as AnyContent) : content;
}

/** A content of whatever a flow has: text, bytes, a content, or a message as it was received. */
export function toContent(value: unknown, message: object): AnyContent {
  const text = asText(value);
  if (text !== undefined) return { kind: 'text', text };
  if (value instanceof Uint8Array)
    return { kind: 'document', media: { data: value, ...claimsOf(message) } } as AnyContent;
  const content = isObject(value) && isObject(value.content) ? value.content : value;
  if (isObject(content) && typeof content.kind === 'string') return received(content as AnyContent);
  throw new WharfError('MESSAGE_INVALID', { details: { type: value === null ? 'null' : typeof value } });
}

/** What was received is sent as it is, but for what ties it to where it was: the message it answered, its album. */
function received(content: AnyContent): AnyContent {
  if (!('quoted' in content) && !('album' in content)) return content;
  const { quoted, album, ...rest } = content;
  const isRef = typeof quoted === 'string';
  return (isRef ? { ...rest, quoted } : rest) as AnyContent;
}

/** A content from the fields of its form; the one that says the most falls back on the message. */
async function fromForm(
  life: NodeLife,
  message: NodeMessageInFlow,
  kind: string,
  settings: Record<string, TypedValue>,
): Promise<AnyContent> {
  const fields = fieldsOfContent(kind);
  if (!fields) throw new WharfError('MESSAGE_INVALID', { details: { kind } });
  const values = await readForm(life, message, fields, settings);
  const main = mainField(fields);
  const isBlankMain = main !== undefined && isBlank(values[main]);
  if (main && isBlankMain) values[main] = main === 'target' ? originOf(message).messageId : message.payload;
  if ('media' in values) {
    const isFromMessage = isBlankMain || settings.media?.type === 'msg';
    values.media = toMedia(life.RED, values.media, isFromMessage, claimsOf(message));
  }
  return { kind, ...values } as AnyContent;
}

/** The field that a content is nothing without, the first of these. */
function mainField(fields: FormField[]): string | undefined {
  const names = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return ['target', 'media', 'text', 'name'].find((name) => names.includes(name));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
