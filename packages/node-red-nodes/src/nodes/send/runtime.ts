import type { DeviceHost, OutboxItem, OutgoingMessage } from '@wharf/core';
import type { NodeMessageInFlow } from 'node-red';
import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import type { NodeLife, NodeType } from '../../shared/define-node.js';
import { toWharfError } from '../../shared/errors.js';
import { formValues } from '../../shared/form.js';
import { asObject } from '../../shared/object.js';
import { choose, chooseRecipient } from '../../shared/precedence.js';
import { sequence } from '../../shared/sequence.js';
import { valueType } from '../../shared/value.js';
import { findDevice, useDevice } from '../device/slot.js';
import { chooseContent } from './content.js';
import { sendDefaults as defaults, milestones, sendVersion, upgradeSend } from './settings.js';

const config = z.object({
  device: z.string().default(''),
  to: z.string().default(defaults.to),
  toType: valueType.default('str'),
  kind: z.string().default(defaults.kind),
  text: z.string().default(defaults.text),
  textType: valueType.default('msg'),
  fields: formValues.default({}),
  isReply: z.boolean().default(defaults.isReply),
  waitUntil: z.enum(milestones).default(defaults.waitUntil),
  timeout: z.coerce.number().positive().max(600).default(defaults.timeout),
});

const options = z
  .object({
    idempotencyKey: z.string(),
    expiresInMs: z.number(),
    audience: z.array(z.string()),
  })
  .partial()
  .catch({});

/** Sends a message for every message that comes in, and passes it on with what has become of it. */
export function sendNode(connection: Connection): NodeType<z.infer<typeof config>> {
  return {
    type: 'wharf-send',
    version: sendVersion,
    config,
    upgrade: upgradeSend,
    setUp(life, settings) {
      const device = settings.device ? useDevice(life, settings.device) : undefined;
      const inOrder = sequence();

      life.onInput(async (message) => {
        // Only queueing is one after the other: it is quick and it settles the order. Waiting holds up nobody.
        const { host, deviceId, item } = await inOrder(async () => {
          const outgoing = await read(life, settings, message);
          const { host, deviceId } = await findDevice(life, connection, device, message);
          return { host, deviceId, item: await host.send(deviceId, outgoing) };
        });
        const until = z
          .enum(milestones)
          .parse((await choose(life, message, 'waitUntil')) ?? settings.waitUntil);
        const timeout = z.coerce.number().parse((await choose(life, message, 'timeout')) ?? settings.timeout);
        const settled =
          until === 'queued'
            ? item
            : await settle(host, deviceId, item, { until, timeoutMs: timeout * 1000 });
        return Object.assign(message, {
          whatsapp: { device: deviceId, ...asObject(message.whatsapp), sent: told(settled) },
        });
      });
    },
  };
}

async function read(
  life: NodeLife,
  settings: z.infer<typeof config>,
  message: NodeMessageInFlow,
): Promise<OutgoingMessage> {
  const { to, toType, kind, text, textType, fields, isReply } = settings;
  return {
    to: await chooseRecipient(life, message, { value: to, type: toType }),
    content: await chooseContent(life, message, {
      kind,
      text: { value: text, type: textType },
      fields,
      isReply,
    }),
    ...options.parse((await choose(life, message, 'options')) ?? {}),
  } as OutgoingMessage;
}

/** What a flow is told of a message that was sent. */
function told({ messageId, chat, state, queuedAt, sentAt, delivery }: OutboxItem) {
  return {
    messageId,
    chat,
    state,
    queuedAt,
    ...(sentAt === undefined ? {} : { sentAt }),
    ...(delivery === undefined ? {} : { delivery }),
  };
}

/**
 * Waits until a message has got so far, or the time is up.
 *
 * A device that is reconnecting has it safe in its queue, and nobody knows for how long: who waits for WhatsApp to have
 * it is answered at once.
 */
export async function settle(
  host: DeviceHost,
  deviceId: string,
  item: OutboxItem,
  { until, timeoutMs }: { until: 'sent' | 'delivered' | 'read'; timeoutMs: number },
): Promise<OutboxItem> {
  if (until === 'sent' && item.state === 'queued') {
    const { state } = await host.act('device.get', { deviceId });
    if (state.name === 'reconnecting') return item;
  }
  const settled = await host.waitForSend(deviceId, item.messageId, { until, timeoutMs });
  if (settled.state === 'failed' || settled.state === 'expired') {
    throw toWharfError(settled.errorCode, 'SEND_REFUSED');
  }
  return settled;
}
