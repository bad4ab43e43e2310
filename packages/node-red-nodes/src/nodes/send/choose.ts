import { WharfError } from '@wharf/core';
import { z } from 'zod';

/** What a message says about where it came from; see `message in`. */
const origin = z.object({
  to: z.union([z.string(), z.number()]).optional().catch(undefined),
  topic: z.string().optional().catch(undefined),
  whatsapp: z
    .object({ device: z.string().optional().catch(undefined), chat: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/**
 * Whom to write to. One rule for every setting: what the node says wins, and a blank lets the message decide.
 *
 * A message decides by `msg.to`, else by the chat it came from, else by its topic.
 */
export function chooseRecipient(configured: unknown, message: object): string {
  const { to, topic, whatsapp } = origin.parse(message);
  for (const candidate of [configured, to, whatsapp?.chat, topic]) {
    const text = asText(candidate)?.trim();
    if (text) return text;
  }
  throw new WharfError('RECIPIENT_INVALID', { details: { given: false } });
}

/** Through which device to send when the node names none: the one the message came from, if it came from one. */
export function originDevice(message: object): string | undefined {
  return origin.parse(message).whatsapp?.device;
}

/** The text to send: the configured value, else the payload. Numbers and booleans are written out; objects are refused. */
export function chooseText(configured: unknown, message: { payload?: unknown }): string {
  const text = asText(isBlank(configured) ? message.payload : configured);
  if (text === undefined)
    throw new WharfError('MESSAGE_INVALID', { details: { type: typeof message.payload } });
  return text;
}

const isBlank = (value: unknown): boolean => value === undefined || value === null || value === '';

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
