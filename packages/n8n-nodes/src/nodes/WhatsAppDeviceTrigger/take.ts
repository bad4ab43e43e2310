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
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), isOrdered ? ORDERED_MS : TAKEN_MS);
  });
  const refusal = done.promise.then(
    () => undefined,
    (error: unknown) => ensured(error),
  );
  const refused = await Promise.race([refusal, patience]);
  clearTimeout(timer);
  if (refused === undefined) return;
  if (!isWaitingRefused(refused)) throw refused;
  context.emit([[item]], undefined, undefined, key);
}

const ensured = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

/** n8n's second engine starts executions only for those who do not wait for them. */
function isWaitingRefused(error: Error): boolean {
  return /hand off|without waiting/i.test(error.message);
}
