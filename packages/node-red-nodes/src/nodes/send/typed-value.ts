import type { NodeMessageInFlow } from 'node-red';
import { z } from 'zod';
import type { NodeLife } from '../../shared/define-node.js';

/** The kinds of value a TypedInput of ours offers. */
export const typedValue = z.enum(['msg', 'str', 'flow', 'global', 'env', 'jsonata']);

/** The value of a TypedInput for a message, whichever kind it is; some kinds answer later. */
export function evaluate(
  { RED, node }: NodeLife,
  value: string,
  type: z.infer<typeof typedValue>,
  message: NodeMessageInFlow,
): Promise<unknown> {
  if (value === '') return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(value, type, node, message, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}
