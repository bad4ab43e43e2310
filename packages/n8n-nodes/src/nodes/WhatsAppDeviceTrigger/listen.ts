import { randomUUID } from 'node:crypto';
import type { DeviceHost, EventType, Reading, WharfEvent } from '@wharf/core';
import { type ITriggerFunctions, type ITriggerResponse, NodeOperationError } from 'n8n-workflow';
import { connect, noteReader } from '../../shared/connect.js';
import { type Credential, credentialName, readCredential } from '../../shared/credential.js';
import { toNodeError } from '../../shared/errors.js';
import { type Filters, makeFilter } from './event-filter.js';
import { itemOf } from './event-item.js';
import { startExecution } from './take.js';

interface Options {
  mediaMegabytes?: number;
  isOrdered?: boolean;
  whileOff?: 'skip' | 'catchUp';
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Listens to the log of a device, in a test or in production; both may run at once on the same connection. */
export async function listen(context: ITriggerFunctions): Promise<ITriggerResponse> {
  const credential = readCredential(await context.getCredentials(credentialName));
  const isPassed = makeFilter(context.getNodeParameter('filters', {}) as Filters);
  return context.getMode() === 'manual'
    ? test(context, credential, isPassed)
    : production(context, credential, isPassed);
}

/** Hands the first event that passes to the editor; n8n can take it only when this has returned. */
async function test(
  context: ITriggerFunctions,
  { place, deviceId }: Credential,
  isPassed: (event: WharfEvent) => boolean,
): Promise<ITriggerResponse> {
  const host = await opened(context, place);
  const name = `n8n-test:${randomUUID()}`;
  let reading: Reading | undefined;
  return {
    async manualTriggerFunction() {
      reading = host.consume(requestOf(context, name, deviceId), async (event) => {
        if (event.type !== 'events.missed' && isPassed(event))
          context.emit([[await itemOf(host, event, itemOptions(context))]]);
      });
    },
    async closeFunction() {
      if (!reading) return;
      await reading.stop();
      await host.deleteConsumer(name);
    },
  };
}

async function production(
  context: ITriggerFunctions,
  { place, deviceId }: Credential,
  isPassed: (event: WharfEvent) => boolean,
): Promise<ITriggerResponse> {
  const { id: workflowId } = context.getWorkflow();
  const { id: nodeId } = context.getNode();
  const name = `n8n:${workflowId}:${nodeId}`;
  const { isOrdered = false, whileOff = 'skip' } = context.getNodeParameter('options', {}) as Options;

  const handle = (host: DeviceHost) => async (event: WharfEvent) => {
    if (event.type === 'events.missed') return context.saveFailedExecution(missed(context, event));
    if (!isPassed(event)) return;
    const item = await itemOf(host, event, itemOptions(context));
    await startExecution(context, item, `wa:${workflowId}:${nodeId}:${event.id}`, { isOrdered });
  };
  const begin = async (host: DeviceHost) => {
    // "activate" is what a person does; after a restart or a new version the cursor goes on where it stopped.
    if (whileOff === 'skip' && context.getActivationMode() === 'activate') await host.deleteConsumer(name);
    return host.consume(requestOf(context, name, deviceId), handle(host));
  };

  const listening = new Listening(context, async () => begin(await connect(place, context.logger)));
  await listening.start();
  return { closeFunction: () => listening.stop() };
}

/** A reader of the log that is there as soon as it can be. */
class Listening {
  #reading: Reading | undefined;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #leave = noteReader();

  constructor(
    private readonly context: ITriggerFunctions,
    private readonly open: () => Promise<Reading>,
  ) {}

  /**
   * Begins to read. A person who publishes is told what is wrong; at n8n's start a trigger that throws would stay down until it
   * is published again, so there it is tried again in the background.
   */
  async start(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      if (this.context.getActivationMode() === 'activate' || this.context.getActivationMode() === 'update') {
        await this.#leave();
        throw toNodeError(this.context.getNode(), error);
      }
      this.context.saveFailedExecution(toNodeError(this.context.getNode(), error));
      this.#tryAgain(FIRST_PAUSE_MS);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#reading?.stop();
    await this.#leave();
  }

  async #begin(): Promise<void> {
    const reading = await this.open();
    if (this.#isStopped) await reading.stop();
    else this.#reading = reading;
  }

  #tryAgain(pauseMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#begin().catch(() => this.#tryAgain(Math.min(pauseMs * 2, LONGEST_PAUSE_MS)));
    }, pauseMs);
    this.#timer.unref();
  }
}

async function opened(context: ITriggerFunctions, place: Credential['place']): Promise<DeviceHost> {
  try {
    return await connect(place, context.logger);
  } catch (error) {
    throw toNodeError(context.getNode(), error);
  }
}

/** Without a device in the credential, all are listened to: there is one, or there will be. */
function requestOf(context: ITriggerFunctions, name: string, deviceId: string | undefined) {
  const types = context.getNodeParameter('events', ['message']) as EventType[];
  return { name, types, startAt: 'now' as const, ...(deviceId === undefined ? {} : { deviceId }) };
}

function itemOptions(context: ITriggerFunctions) {
  const { mediaMegabytes } = context.getNodeParameter('options', {}) as Options;
  return {
    simplify: context.getNodeParameter('simplify', true) as boolean,
    mediaBytes: mediaMegabytes === undefined ? undefined : mediaMegabytes * 1024 ** 2,
  };
}

function missed(
  context: ITriggerFunctions,
  { payload }: WharfEvent & { type: 'events.missed' },
): NodeOperationError {
  return new NodeOperationError(
    context.getNode(),
    'The workflow was off for so long that some events are no longer kept.',
    {
      description: `The events ${payload.fromSeq} to ${payload.toSeq} are gone. The messages can still be listed with Message > List.`,
    },
  );
}
