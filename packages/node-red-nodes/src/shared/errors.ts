import { isWharfError, WharfError } from '@wharf/core';
import type { NodeAPI, NodeStatus } from 'node-red';
import { ZodError } from 'zod';
import { notConfigured } from './status.js';

/** What only a flow can get wrong; every other code comes from `@wharf/core`. Sentences: `errors.<code>` of the locale. */
export type FlowErrorCode = 'DEVICE_NOT_CONFIGURED' | 'DEVICE_CONFIGURED_TWICE' | 'CHAT_FILTER_INVALID';

/** An error of the flow itself. A Catch node sees its `code` in `msg.error.code`, like that of a WharfError. */
export class FlowError extends Error {
  readonly code: FlowErrorCode;

  constructor(RED: NodeAPI, code: FlowErrorCode, values: Record<string, string> = {}) {
    super(RED._(`errors.${code}`, values));
    this.name = 'FlowError';
    this.code = code;
  }
}

/** Anything thrown, as an Error that carries a `code` of its own: what Node-RED copies into `msg.error`. */
export function toNodeError(thrown: unknown): Error & { code: string } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return 'code' in error && typeof error.code === 'string'
    ? (error as Error & { code: string })
    : Object.assign(error, { code: 'UNEXPECTED' });
}

/** The badge of a node that could not do its work: the code in plain words, short enough for a badge. */
export function errorStatus(thrown: unknown): NodeStatus {
  const { code } = toNodeError(thrown);
  if (code === 'DEVICE_NOT_CONFIGURED') return notConfigured;
  return { fill: 'red', shape: 'ring', text: code.toLowerCase().replaceAll('_', ' ') };
}

/** The answer of an admin route to an error: HTTP status and a body without anything secret. */
export function toHttpError(thrown: unknown): { status: number; body: { code: string; message: string } } {
  const error = thrown instanceof ZodError ? new WharfError('OPTION_INVALID', { cause: thrown }) : thrown;
  const { code, message } = toNodeError(error);
  return { status: isWharfError(error) ? error.httpStatus : 500, body: { code, message } };
}
