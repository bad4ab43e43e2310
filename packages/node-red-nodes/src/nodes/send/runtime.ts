import { type ErrorCode, errorCodes, type Manager, type OutboxItem, WharfError } from '@wharf/core';
import type { NodeMessageInFlow } from 'node-red';
import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import type { NodeLife, NodeType } from '../../shared/define-node.js';
import { useDevice } from '../device/slot.js';
import { chooseRecipient, chooseText, originDevice } from './choose.js';
import { evaluate, typedValue } from './typed-value.js';

const config = z.object({
  device: z.string().default(''),
  to: z.string().default(''),
  toType: z.enum(['auto', ...typedValue.options]).default('auto'),
  text: z.string().default('payload'),
  textType: typedValue.default('msg'),
  waitUntil: z.enum(['queued', 'sent']).default('sent'),
});

type Config = z.infer<typeof config>;

/** Sends a text for every message that comes in, and passes the message on with what has become of it. */
export function sendNode(connection: Connection): NodeType<Config> {
  return {
    type: 'wharf-send',
    version: 1,
    config,
    setUp(life, settings) {
      const device = settings.device ? useDevice(life, settings.device) : undefined;
      const inOrder = sequence();

      life.onInput(async (message) => {
        // Only queueing is one after the other: it is quick and it settles the order. Waiting holds up nobody.
        const { manager, deviceId, item } = await inOrder(async () => {
          const [to, text] = await readSettings(life, settings, message);
          const manager = await (device ?? connection).manager();
          const deviceId = device?.deviceId ?? (await manager.resolve(originDevice(message))).id;
          return { manager, deviceId, item: await manager.send(deviceId, { to, text }) };
        });
        const settled = settings.waitUntil === 'sent' ? await settle(manager, deviceId, item) : item;
        const { messageId, chat, state, queuedAt, sentAt } = settled;
        const sent = { messageId, chat, state, queuedAt, ...(sentAt === undefined ? {} : { sentAt }) };
        return Object.assign(message, {
          whatsapp: { device: deviceId, ...asObject(message.whatsapp), sent },
        });
      });
    },
  };
}

async function readSettings(
  life: NodeLife,
  settings: Config,
  message: NodeMessageInFlow,
): Promise<[to: string, text: string]> {
  const { to, toType, text, textType } = settings;
  const chosenTo = toType === 'auto' ? undefined : await evaluate(life, to, toType, message);
  const chosenText = await evaluate(life, text, textType, message);
  return [chooseRecipient(chosenTo, message), chooseText(chosenText, message)];
}

/**
 * Waits until WhatsApp has the message.
 *
 * A device that is reconnecting has it safe in its queue, and nobody knows for how long: that is answered at once.
 */
async function settle(manager: Manager, deviceId: string, item: OutboxItem): Promise<OutboxItem> {
  if (item.state === 'queued' && (await manager.getDevice(deviceId)).state.name === 'reconnecting')
    return item;
  const settled = await manager.waitForSend(deviceId, item.messageId);
  if (settled.state === 'failed' || settled.state === 'expired') {
    const { errorCode = '', messageId } = settled;
    const code = errorCode in errorCodes ? (errorCode as ErrorCode) : 'SEND_REFUSED';
    throw new WharfError(code, { details: { messageId } });
  }
  return settled;
}

/** Runs asynchronous steps one after the other; a step that fails does not hold up the next. */
function sequence(): <Result>(step: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const result = last.then(step, step);
    last = result;
    return result;
  };
}

const asObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});
