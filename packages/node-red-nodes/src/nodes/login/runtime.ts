import { type ActionOutput, type DeviceHost, isWharfError } from '@wharf/core';
import { toDataURL } from 'qrcode';
import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import type { NodeLife, NodeType } from '../../shared/define-node.js';
import { toWharfError } from '../../shared/errors.js';
import { asObject } from '../../shared/object.js';
import { asText, choose } from '../../shared/precedence.js';
import { valueType } from '../../shared/value.js';
import { chooseDevice, useDevice } from '../device/slot.js';
import { loginDefaults as defaults } from './settings.js';

const config = z.object({
  device: z.string().default(''),
  method: z.enum(['qr', 'code']).default(defaults.method),
  phone: z.string().default(defaults.phone),
  phoneType: valueType.default('str'),
});

type Step = ActionOutput<'device.login'>;

/** How often a login is looked at; codes are good for 20 seconds and more. */
const lookMs = 500;
/** A login ends by itself when its codes are used up; this is for a host that never says so. */
const longestLoginMs = 10 * 60_000;

/** Links a device for every message: each code leaves at the first output, and at the second that it is linked. */
export function loginNode(connection: Connection): NodeType<z.infer<typeof config>> {
  return {
    type: 'wharf-login',
    version: 1,
    config,
    setUp(life, { device: configured, method, phone, phoneType }) {
      const slot = configured ? useDevice(life, configured) : undefined;

      life.onInput(async (message, send) => {
        const { host, deviceId: wished } = await chooseDevice(life, connection, slot, message);
        const deviceId = await ensure(host, wished);
        const number = asText(await choose(life, message, 'phone', { value: phone, type: phoneType }));
        const about = {
          ...message,
          whatsapp: { ...asObject('whatsapp' in message ? message.whatsapp : {}), device: deviceId },
        };
        const first =
          method === 'code'
            ? await host.act('device.loginByCode', { deviceId, phone: number ?? '' })
            : await host.act('device.login', { deviceId });
        for await (const step of steps(life, host, deviceId, first))
          send({ ...about, payload: await withPicture(step), topic: step.type });
        const device = await host.act('device.get', { deviceId });
        return device.state.name === 'connected'
          ? [null, { ...about, payload: device, topic: 'connected' }]
          : undefined;
      });
    },
  };
}

/** The device with this ID, made when there is none. */
async function ensure(host: DeviceHost, deviceId: string | undefined): Promise<string> {
  if (deviceId === undefined) return (await host.act('device.get', {})).id;
  try {
    return (await host.act('device.get', { deviceId })).id;
  } catch (error) {
    if (!isWharfError(error) || error.code !== 'DEVICE_NOT_FOUND') throw error;
    return (await host.act('device.create', { id: deviceId })).id;
  }
}

/** Each code that is to be shown, until the login has ended. @throws WharfError why it failed */
async function* steps(life: NodeLife, host: DeviceHost, deviceId: string, first: Step): AsyncGenerator<Step> {
  let step = first;
  let shown: string | undefined;
  const giveUpAt = Date.now() + longestLoginMs;
  while (!life.isClosed && Date.now() < giveUpAt) {
    if (step.type === 'failed') throw toWharfError(step.errorCode);
    if (step.type === 'connected' || step.type === 'cancelled') return;
    const code = step.qr ?? step.code;
    if (code !== undefined && code !== shown) yield step;
    shown = code ?? shown;
    await new Promise((resolve) => setTimeout(resolve, lookMs).unref());
    step = await host.act('device.getLogin', { deviceId });
  }
}

async function withPicture(step: Step): Promise<Step & { image?: string }> {
  return step.qr === undefined
    ? step
    : { ...step, image: await toDataURL(step.qr, { margin: 4, width: 300 }) };
}
