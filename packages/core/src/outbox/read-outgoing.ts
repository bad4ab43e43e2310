import type { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import { type Content, textOf } from '../types/content.js';
import type { MessageRef } from '../types/content-parts.js';
import { isChannelJid, type Jid, type MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import {
  audienceSchema,
  LONGEST_TEXT,
  type OutgoingContent,
  type OutgoingKind,
  outgoingContentSchema,
  outgoingKinds,
} from '../types/outgoing.js';
import { assertPermitted } from './permitted.js';

/**
 * Checks what is to be sent: a text, or a content.
 *
 * @throws WharfError MESSAGE_INVALID, whose details name the field and what is wrong with it
 */
export function readOutgoing({ text, content }: { text?: unknown; content?: unknown }): OutgoingContent {
  if (content === undefined) {
    if (typeof text !== 'string' || text === '') throw invalid('text', 'Give a text, or a content.');
    if (text.length > LONGEST_TEXT) throw invalid('text', 'Give at the most 65,536 characters.');
    return { kind: 'text', text };
  }
  const kind = (content as { kind?: unknown } | null)?.kind;
  if (!outgoingKinds.includes(kind as OutgoingKind)) throw invalid('kind', 'Name a kind that can be sent.');
  return checked(outgoingContentSchema, content);
}

/** @throws WharfError MESSAGE_INVALID */
export function readAudience(audience: unknown): Jid[] {
  if (audience === undefined) throw invalid('audience', 'Say who may see the status.');
  return checked(audienceSchema, audience);
}

/**
 * The content with all that is known of the messages it names.
 *
 * @throws WharfError MESSAGE_NOT_FOUND for one that is named by its ID alone and not known, MESSAGE_INVALID for a vote that its poll
 * does not have and for what cannot be done in a channel, MESSAGE_NOT_OWN, MESSAGE_TOO_OLD and MESSAGE_NOT_EDITABLE for an edit or a
 * revoke that WhatsApp does not allow
 */
export function completed(
  content: OutgoingContent,
  chat: Jid,
  find: (id: MessageId) => Message | undefined,
  now: number,
): OutgoingContent {
  const { quoted } = 'quoted' in content ? content : {};
  if (!quoted && !('target' in content)) return content;
  const lookUp = (ref: MessageRef, where: Jid) => {
    const known = find(ref.id);
    return known?.chat === where ? known : undefined;
  };
  const complete = <Ref extends MessageRef>(ref: Ref, known: Message | undefined): Ref => {
    if (known) return { ...ref, isFromMe: known.isFromMe, sender: known.sender.jid };
    if (ref.isFromMe === undefined && !ref.sender) throw new WharfError('MESSAGE_NOT_FOUND');
    return { ...ref, isFromMe: ref.isFromMe ?? false };
  };
  if ('target' in content) {
    // The server of channels has ways of its own for these, and Baileys takes none of them.
    if (isChannelJid(chat))
      throw invalid('kind', 'React to a post with channel.react; nothing else can be done to one.');
    const known = lookUp(content.target, chat);
    if (known) assertPermitted(content, known, now);
    if (content.kind === 'poll_vote') assertOptions(content.options, known?.content);
    return { ...content, target: complete(content.target, known) };
  }
  if (!quoted) return content;
  const known = lookUp(quoted, quoted.chat ?? chat);
  const shown = known && { kind: known.content.kind, text: textOf(known.content) };
  return { ...content, quoted: { ...complete(quoted, known), ...shown } };
}

function assertOptions(options: string[], poll: Content | undefined): void {
  if (poll?.kind !== 'poll') throw new WharfError('MESSAGE_NOT_FOUND');
  if (options.some((option) => !poll.options.includes(option)))
    throw invalid('options', 'Choose among the options of the poll.');
  if (poll.selectableCount > 0 && options.length > poll.selectableCount)
    throw invalid('options', 'Choose no more options than the poll allows.');
}

/** @throws WharfError MESSAGE_INVALID */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(issue?.path.join('.') ?? '', issue?.message ?? '');
}

const invalid = (field: string, problem: string): WharfError =>
  new WharfError('MESSAGE_INVALID', { details: { field, problem } });
