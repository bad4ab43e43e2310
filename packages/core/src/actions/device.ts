import { z } from 'zod';
import type { LoginStep } from '../device/login.js';
import { WharfError } from '../errors/errors.js';
import { jidSchema } from '../types/content-parts.js';
import type { DeviceInfo } from '../types/device.js';
import { type DeviceSettings, type DeviceSettingsPatch, deviceSettings } from '../types/settings.js';
import { withDeadline } from '../util/deadline.js';
import { defineAction, done } from './action.js';

/** A device, as `DeviceInfo` says. */
export const deviceInfo = z.object({
  id: z.string(),
  name: z.string().optional(),
  state: z.looseObject({
    name: z.enum(['disconnected', 'connecting', 'connected', 'reconnecting', 'logged_out']),
  }),
  account: z
    .object({
      jid: jidSchema,
      lid: jidSchema.optional(),
      phone: z.string(),
      pushName: z.string().optional(),
    })
    .optional(),
  createdAt: z.number().meta({ description: 'Epoch milliseconds.' }),
}) as unknown as z.ZodType<DeviceInfo>;

/** How far a login has come; the QR code and the pairing code are secrets. */
const loginStep = z.object({
  type: z.enum(['dialing', 'qr', 'code', 'scanned', 'connected', 'failed', 'cancelled']),
  qr: z.string().optional().meta({ description: 'The text of the QR code to draw.' }),
  code: z.string().optional().meta({ description: 'The code to type on the phone.' }),
  expiresAt: z.number().optional().meta({ description: 'Until when the code is good. Epoch milliseconds.' }),
  errorCode: z.string().optional().meta({ description: 'Why it failed: a code of docs/errors.md.' }),
});

function viewStep(step: LoginStep): z.output<typeof loginStep> {
  switch (step.type) {
    case 'qr':
    case 'code':
      return { ...step };
    case 'failed':
      return { type: step.type, errorCode: step.error.code };
    default:
      return { type: step.type };
  }
}

/** How long a login is waited for to have something to show. */
const patience = z
  .number()
  .int()
  .min(0)
  .max(60_000)
  .default(30_000)
  .meta({ description: 'How long to wait for the code, in milliseconds.' });

const settings = deviceSettings as unknown as z.ZodType<DeviceSettings>;
const required = z.string().meta({ description: 'Which device.' });

export const deviceActions = [
  defineAction({
    name: 'device.create',
    title: 'Create a device',
    description: 'Creates a device: a slot without an account. Without an ID it gets a UUID.',
    needs: 'manager',
    errors: ['DEVICE_ID_INVALID', 'DEVICE_EXISTS'],
    input: {
      id: z
        .string()
        .optional()
        .meta({ description: '1 to 64 letters, digits, dots, underscores or dashes.' }),
      name: z.string().max(200).optional(),
    },
    output: deviceInfo,
    run: ({ manager }, { id, name }) =>
      manager.createDevice({ ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) }),
  }),
  defineAction({
    name: 'device.list',
    title: 'List devices',
    description: 'Lists all devices, the oldest first.',
    needs: 'manager',
    input: {},
    output: z.array(deviceInfo),
    run: ({ manager }) => manager.listDevices(),
  }),
  defineAction({
    name: 'device.get',
    title: 'Get a device',
    description: 'Tells the state of a device and the account it is linked to.',
    needs: 'device',
    input: {},
    output: deviceInfo,
    run: async ({ device }) => device.info,
  }),
  defineAction({
    name: 'device.login',
    title: 'Log in by QR code',
    description:
      'Begins to link a device by QR code, or joins the attempt that is running, and returns when there is a code to draw. Call it again for the next code when one has expired, and to learn how the login ended.',
    needs: 'device',
    errors: ['DEVICE_LOGGED_IN', 'DEVICE_IN_USE'],
    input: { waitMs: patience },
    output: loginStep,
    async run({ manager, deviceId }, { waitMs }) {
      return codeOf(await manager.loginDevice(deviceId), waitMs);
    },
  }),
  defineAction({
    name: 'device.loginByCode',
    title: 'Log in by pairing code',
    description:
      'Begins to link a device by a code that is typed on the phone, under Linked devices > Link with phone number instead, and returns when there is one.',
    needs: 'device',
    errors: ['DEVICE_LOGGED_IN', 'DEVICE_IN_USE'],
    input: {
      phone: z.string().meta({ description: 'The number of the account, with country code.' }),
      waitMs: patience,
    },
    output: loginStep,
    async run({ manager, deviceId }, { phone, waitMs }) {
      return codeOf(await manager.loginDevice(deviceId, { method: 'code', phone }), waitMs);
    },
  }),
  defineAction({
    name: 'device.getLogin',
    title: 'Get the login',
    description: 'Tells how far the latest login of the device in this process has come.',
    needs: 'device',
    errors: ['LOGIN_NOT_FOUND'],
    input: {},
    output: loginStep,
    async run({ manager, deviceId }) {
      const login = manager.getLogin(deviceId);
      if (!login) throw new WharfError('LOGIN_NOT_FOUND');
      return viewStep(login.current);
    },
  }),
  defineAction({
    name: 'device.cancelLogin',
    title: 'Cancel the login',
    description: 'Ends the login that is under way in this process; one that has ended stays as it is.',
    needs: 'device',
    errors: ['LOGIN_NOT_FOUND'],
    input: {},
    output: deviceInfo,
    async run({ manager, deviceId, device }) {
      const login = manager.getLogin(deviceId);
      if (!login) throw new WharfError('LOGIN_NOT_FOUND');
      login.cancel();
      await manager.fleet.crew.settled(device);
      return manager.getDevice(deviceId);
    },
  }),
  defineAction({
    name: 'device.logout',
    title: 'Log out',
    description:
      'Unlinks the device from its account, at WhatsApp too if it is connected. What was received stays.',
    needs: 'device',
    errors: ['DEVICE_IN_USE'],
    input: {},
    output: deviceInfo,
    run: ({ manager, deviceId }) => manager.logoutDevice(deviceId),
  }),
  defineAction({
    name: 'device.start',
    title: 'Start a device',
    description: 'Connects a device that has an account; does nothing for one that runs already.',
    needs: 'device',
    errors: ['DEVICE_IN_USE'],
    input: {},
    output: deviceInfo,
    run: ({ manager, deviceId }) => manager.startDevice(deviceId),
  }),
  defineAction({
    name: 'device.stop',
    title: 'Stop a device',
    description:
      'Closes the connection; the account stays linked, and nothing is sent or received until the device is started.',
    needs: 'device',
    errors: ['DEVICE_IN_USE'],
    input: {},
    output: deviceInfo,
    run: ({ manager, deviceId }) => manager.stopDevice(deviceId),
  }),
  defineAction({
    name: 'device.reconnect',
    title: 'Reconnect a device',
    description: 'Closes the connection of a device and makes a new one.',
    needs: 'device',
    errors: ['DEVICE_NOT_CONNECTED', 'DEVICE_IN_USE'],
    input: {},
    output: deviceInfo,
    async run({ manager, deviceId, device }) {
      if (!device.info.account) throw new WharfError('DEVICE_NOT_CONNECTED');
      await manager.stopDevice(deviceId);
      return manager.startDevice(deviceId);
    },
  }),
  defineAction({
    name: 'device.remove',
    title: 'Remove a device',
    description: 'Logs a device out and deletes it with everything that is stored for it. It must be named.',
    needs: 'device',
    errors: ['DEVICE_IN_USE'],
    input: { deviceId: required },
    output: done,
    async run({ manager, deviceId }) {
      await manager.removeDevice(deviceId);
      return {};
    },
  }),
  defineAction({
    name: 'device.getSettings',
    title: 'Get the settings',
    description: 'Tells what is set on a device, complete: what was changed, and the defaults for all else.',
    needs: 'device',
    input: {},
    output: settings,
    async run({ device }) {
      return device.settings;
    },
  }),
  defineAction({
    name: 'device.updateSettings',
    title: 'Change settings',
    description:
      'Changes some settings of a device; null goes back to the default. They hold at once, and outlive logout and restart.',
    needs: 'device',
    input: {
      settings: z.looseObject({}).meta({ description: 'Some settings, as device.getSettings shows them.' }),
    },
    output: settings,
    run: ({ manager, deviceId }, input) =>
      manager.updateSettings(deviceId, input.settings as DeviceSettingsPatch),
  }),
];

/** The step that has something to show, or the one it has come to when the time is up. */
async function codeOf(
  login: AsyncIterable<LoginStep> & { readonly current: LoginStep },
  waitMs: number,
): Promise<z.output<typeof loginStep>> {
  const shown = async () => {
    for await (const step of login) if (step.type !== 'dialing') return step;
    return login.current;
  };
  return viewStep(await withDeadline(shown(), waitMs, () => login.current));
}
