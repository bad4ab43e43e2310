import type { NodeMessageInFlow } from 'node-red';
import { z } from 'zod';
import type { NodeLife } from './define-node.js';

/** The kinds of value that a TypedInput of ours offers; `chat` was picked by name, `choice` from a list. */
export const valueType = z.enum([
  'msg',
  'str',
  'num',
  'bool',
  'json',
  'bin',
  'date',
  'flow',
  'global',
  'env',
  'jsonata',
  'chat',
  'choice',
]);

/** A setting as the editor saves it. */
export const typedValue = z.object({ value: z.string(), type: valueType });
export type TypedValue = z.infer<typeof typedValue>;

/** The value of a TypedInput for a message, whichever kind it is; some kinds answer later. Blank is undefined. */
export function evaluate(
  { RED, node }: NodeLife,
  { value, type }: TypedValue,
  message: NodeMessageInFlow,
): Promise<unknown> {
  if (type === 'chat' || type === 'choice') return Promise.resolve(value === '' ? undefined : value);
  if (value === '' && type !== 'date') return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(value, type, node, message, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}

export const isBlank = (value: unknown): boolean => value === undefined || value === null || value === '';
