import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * The name of one send, the same when n8n repeats it: the execution it first was part of, the node, its run and the item.
 *
 * The execution is remembered in the node's context, which a retry of a failed execution takes over. A node that an agent uses as
 * a tool is called often in one execution, and each call is meant: there the content counts as well.
 */
export function idempotencyKey(
  context: IExecuteFunctions,
  item: number,
  message: unknown,
): string | undefined {
  const memory = context.getContext('node') as { execution?: string };
  memory.execution ??= context.getExecutionId();
  const { execution } = memory;
  // What is not saved cannot be repeated.
  if (!execution || execution.startsWith('__')) return undefined;
  const run = (context.getWorkflowDataProxy(item) as unknown as { $runIndex?: number }).$runIndex ?? 0;
  const parts = [context.getWorkflow().id, execution, context.getNode().id, run, item];
  if (context.isToolExecution()) parts.push(hashOf(message));
  return `n8n:${parts.join(':')}`;
}

function hashOf(message: unknown): string {
  const text = JSON.stringify(message, (key, value) =>
    key === 'stream' || key === 'data' ? undefined : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
