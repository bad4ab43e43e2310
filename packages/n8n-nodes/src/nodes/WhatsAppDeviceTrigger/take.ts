import type { INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';

/** By then the row of an execution is in n8n's database, or n8n has said why not. */
const TAKEN_MS = 500;
/** No execution is waited for longer, however long it runs. */
const ORDERED_MS = 5 * 60_000;

/**
 * Starts an execution and resolves when n8n has taken it, or has ended it where order is asked for.
 *
 * n8n tells when an execution has ended or could not be started; of one that runs it tells nothing. The key makes a second
 * start of the same event, after a crash, no second execution.
 */
export async function startExecution(
  context: ITriggerFunctions,
  item: INodeExecutionData,
  key: string,
  { isOrdered }: { isOrdered: boolean },
): Promise<void> {
  const done = context.helpers.createDeferredPromise<IRun>();
  context.emit([[item]], undefined, done, key);
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, isOrdered ? ORDERED_MS : TAKEN_MS);
  });
  try {
    await Promise.race([done.promise, patience]);
  } catch (error) {
    if (!isWaitingRefused(error)) throw error;
    context.emit([[item]], undefined, undefined, key);
  } finally {
    clearTimeout(timer);
    done.promise.catch(() => undefined);
  }
}

/** n8n's second engine starts executions only for those who do not wait for them. */
function isWaitingRefused(error: unknown): boolean {
  return error instanceof Error && /hand off|without waiting/i.test(error.message);
}
