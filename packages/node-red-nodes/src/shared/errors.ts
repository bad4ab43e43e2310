import { type ErrorCode, errorCodes, isWharfError, WharfError } from '@wharf/core';
import type { NodeAPI, NodeStatus } from 'node-red';
import { ZodError, z } from 'zod';
import { notConfigured } from './status.js';

/** What only a flow can get wrong; every other code comes from `@wharf/core`. Sentences: `errors.<code>` of the locale. */
export type FlowErrorCode =
  | 'CHAT_FILTER_INVALID'
  | 'DEVICE_CONFIGURED_TWICE'
  | 'DEVICE_NOT_CONFIGURED'
  | 'MEDIA_PATH_FROM_MESSAGE'
  | 'PATTERN_INVALID';

/** An error of the flow itself. A Catch node sees its `code` in `msg.error.code`, like that of a WharfError. */
export class FlowError extends Error {
  readonly code: FlowErrorCode;

  constructor(RED: NodeAPI, code: FlowErrorCode, values: Record<string, string> = {}) {
    super(RED._(`errors.${code}`, values));
    this.name = 'FlowError';
    this.code = code;
  }
}

/**
 * Anything thrown, as what a flow may see of it: name, sentence, stack and a `code` of its own.
 *
 * Not the cause: Node-RED would copy it into `msg.error`, with whatever the libraries below have put there.
 */
export function toNodeError(thrown: unknown): Error & { code: string } {
  const source = thrown instanceof Error ? thrown : new Error(String(thrown));
  const error = new Error(sentenceOf(source));
  error.name = source.name;
  if (source.stack) error.stack = source.stack;
  return Object.assign(error, { code: codeOf(source) });
}

/** What it says; Node-RED drops the details, which say where it is wrong. They hold nothing that is private. */
function sentenceOf(error: Error): string {
  if (error instanceof ZodError) return z.prettifyError(error);
  const details = isWharfError(error) ? Object.entries(error.details) : [];
  const told = details
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}`))
    .join(', ');
  return told ? `${error.message} (${told})` : error.message;
}

/** The error behind a code that was written down, also by a version of tomorrow. */
export function toWharfError(code = '', otherwise: ErrorCode = 'CONNECTION_FAILED'): WharfError {
  return new WharfError(code in errorCodes ? (code as ErrorCode) : otherwise);
}

function codeOf(error: Error): string {
  if (error instanceof ZodError) return 'OPTION_INVALID';
  return 'code' in error && typeof error.code === 'string' ? error.code : 'UNEXPECTED';
}

/** The badge of a node that could not do its work: the code in plain words, short enough for a badge. */
export function errorStatus(thrown: unknown): NodeStatus {
  const { code } = toNodeError(thrown);
  if (code === 'DEVICE_NOT_CONFIGURED') return notConfigured;
  return { fill: 'red', shape: 'ring', text: code.toLowerCase().replaceAll('_', ' ') };
}

/** The answer of an admin route to an error: HTTP status and a body without anything secret. */
export function toHttpError(thrown: unknown): { status: number; body: { code: string; message: string } } {
  const { code, message } = toNodeError(thrown);
  const status = thrown instanceof ZodError ? 400 : 500;
  return { status: isWharfError(thrown) ? thrown.httpStatus : status, body: { code, message } };
}
