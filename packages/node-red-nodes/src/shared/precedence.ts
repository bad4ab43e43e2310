import { WharfError } from '@wharf/core';
import type { NodeMessageInFlow } from 'node-red';
import { z } from 'zod';
import type { NodeLife } from './define-node.js';
import { evaluate, isBlank, type TypedValue } from './value.js';

/** Where a message came from; see `message in`. What does not look like it is as good as absent. */
const origin = z
  .object({
    device: z.string().optional().catch(undefined),
    chat: z.string().optional().catch(undefined),
    message: z.object({ id: z.string() }).optional().catch(undefined),
  })
  .optional()
  .catch(undefined);

/** What a message may ask for by name, in every node that has such a setting. */
export type Wish =
  | 'action'
  | 'content'
  | 'device'
  | 'input'
  | 'kind'
  | 'options'
  | 'phone'
  | 'question'
  | 'timeout'
  | 'to'
  | 'waitUntil';

/**
 * What holds for a message, one rule in every node: what the message asks for by name (`msg.to`), else the setting of the node.
 *
 * What a message merely comes with, such as the chat it came from, counts after both: see `originOf`.
 */
export async function choose(
  life: NodeLife,
  message: NodeMessageInFlow,
  wish: Wish,
  setting?: TypedValue,
): Promise<unknown> {
  const wished = new Map<string, unknown>(Object.entries(message)).get(wish);
  if (!isBlank(wished)) return wished;
  const set = setting && (await evaluate(life, setting, message));
  return isBlank(set) ? undefined : set;
}

/** The device, the chat and the message that a message came from, as far as it says. */
export function originOf(message: object): { device?: string; chat?: string; messageId?: string } {
  const {
    device,
    chat,
    message: received,
  } = origin.parse('whatsapp' in message ? message.whatsapp : undefined) ?? {};
  return {
    ...(device ? { device } : {}),
    ...(chat ? { chat } : {}),
    ...(received ? { messageId: received.id } : {}),
  };
}

/** Whom to write to: `msg.to`, else the setting, else the chat the message came from, else its topic. */
export async function chooseRecipient(
  life: NodeLife,
  message: NodeMessageInFlow,
  setting?: TypedValue,
): Promise<string> {
  const chosen = await choose(life, message, 'to', setting);
  // What is meant for somebody must not reach somebody else, because it was badly written.
  const candidates = chosen === undefined ? [originOf(message).chat, message.topic] : [chosen];
  for (const candidate of candidates) {
    const text = asText(candidate)?.trim();
    if (text) return text;
  }
  throw new WharfError('RECIPIENT_INVALID', { details: { given: false } });
}

/** Text as people mean it: numbers and booleans are written out. Undefined for everything else. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
