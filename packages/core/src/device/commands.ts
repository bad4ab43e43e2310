import { bounds } from '../bounds.js';
import { type ErrorCode, errorCodes } from '../errors/codes.js';
import { isWharfError, WharfError } from '../errors/errors.js';
import { loggable } from '../errors/loggable.js';
import type { Command, CommandAction, Store } from '../store/store.js';
import type { DeviceId } from '../types/ids.js';
import type { Clock } from '../util/clock.js';
import { withDeadline } from '../util/deadline.js';
import type { Logger } from '../util/logger.js';
import type { Device } from './device.js';
import type { Ownership } from './ownership.js';
import type { DeviceRegistry } from './registry.js';
import { isAtRest, isLeft } from './state.js';

/** What only the owner of a device can do: done here where this process can be the owner, else asked of the one that is. */
export class Commands {
  /** Those of this process that were not answered yet. */
  readonly #asked = new Map<number, (code: string | undefined) => void>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly devices: DeviceRegistry,
    private readonly ownership: Ownership,
  ) {}

  /** @throws WharfError DEVICE_NOT_FOUND; DEVICE_IN_USE when the process that runs the device does not answer in time */
  async run(id: string, action: CommandAction): Promise<void> {
    const device = this.devices.get(id);
    const { id: deviceId } = device.info;
    if (action === 'start') this.ownership.noteStarted(deviceId);
    else this.ownership.noteStopped(deviceId);
    try {
      await this.#perform(device, action);
    } catch (error) {
      if (!isWharfError(error) || error.code !== 'DEVICE_IN_USE') throw error;
      await this.#ask(deviceId, action);
    }
  }

  /** Does what other processes ask for, and hears what became of what this one has asked for. */
  look(): void {
    const { commands } = this.store;
    for (const command of commands.getOpen()) {
      if (command.at < this.clock.now() - bounds.commandMs) commands.delete(command.id);
      else this.#obey(command).catch((error) => this.logger.error(`A command failed: ${loggable(error)}`));
    }
    for (const [id, settle] of this.#asked) {
      const answer = commands.getAnswer(id);
      if (answer) settle(answer.errorCode);
    }
  }

  /** Nobody waits for an answer any longer. */
  close(): void {
    for (const settle of this.#asked.values()) settle('MANAGER_CLOSED');
  }

  async #perform(device: Device, action: CommandAction): Promise<void> {
    switch (action) {
      case 'start':
        return this.#start(device);
      case 'stop':
        return device.stop();
      case 'logout':
        return device.logout();
      case 'remove':
        return this.devices.remove(device);
    }
  }

  /** In a process that does not run the device itself, it is put in use for one that does. */
  async #start(device: Device): Promise<void> {
    const { id, account } = device.info;
    if (device.isMine || this.ownership.wants(id)) return device.start(true);
    if (isLeft(device.state)) return;
    if (!isAtRest(device.state)) throw new WharfError('DEVICE_IN_USE');
    if (account) await device.leave();
  }

  async #ask(device: DeviceId, action: CommandAction): Promise<void> {
    const { commands } = this.store;
    const id = commands.put({ device, action, at: this.clock.now() });
    const answered = new Promise<string | undefined>((resolve) => this.#asked.set(id, resolve));
    try {
      const code = await withDeadline(answered, bounds.commandMs, () => 'DEVICE_IN_USE');
      if (code !== undefined) throw new WharfError(isErrorCode(code) ? code : 'DEVICE_IN_USE');
    } finally {
      this.#asked.delete(id);
      commands.delete(id);
    }
  }

  async #obey({ id, device: deviceId, action }: Command): Promise<void> {
    const device = this.devices.getAll().find(({ info }) => info.id === deviceId);
    if (!device?.isMine || !this.store.commands.claim(id)) return;
    try {
      await this.#perform(device, action);
      this.store.commands.answer(id);
    } catch (error) {
      this.store.commands.answer(id, isWharfError(error) ? error.code : 'DEVICE_IN_USE');
    }
  }
}

const isErrorCode = (code: string): code is ErrorCode => code in errorCodes;
