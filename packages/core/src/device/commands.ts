import { bounds } from '../bounds.js';
import { type ErrorCode, errorCodes } from '../errors/codes.js';
import { type ErrorDetails, isWharfError, WharfError } from '../errors/errors.js';
import { loggable } from '../errors/loggable.js';
import type { Command, CommandAction, CommandAnswer, Store } from '../store/store.js';
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
  readonly #asked = new Map<number, (answer: CommandAnswer) => void>();

  constructor(
    readonly store: Store,
    readonly clock: Clock,
    private readonly logger: Logger,
    readonly devices: DeviceRegistry,
    private readonly ownership: Ownership,
    /** Runs an action for another process. */
    private readonly perform: (request: ActRequest) => Promise<unknown>,
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

  /**
   * Has the process that runs a device do what it takes its connection for.
   *
   * @throws WharfError what that process has thrown; DEVICE_IN_USE when it does not answer in time
   */
  readonly act = (id: DeviceId, request: ActRequest): Promise<unknown> =>
    this.#ask(id, 'act', JSON.stringify(request));

  /** Does what other processes ask for, and hears what became of what this one has asked for. */
  look(): void {
    const { commands } = this.store;
    for (const command of commands.getOpen()) {
      if (command.at < this.clock.now() - bounds.commandMs) commands.delete(command.id);
      else this.#obey(command).catch((error) => this.logger.error(`A command failed: ${loggable(error)}`));
    }
    for (const [id, settle] of this.#asked) {
      const answer = commands.getAnswer(id);
      if (answer) settle(answer);
    }
  }

  /** Nobody waits for an answer any longer. */
  close(): void {
    for (const settle of this.#asked.values()) settle({ errorCode: 'MANAGER_CLOSED' });
  }

  async #perform(device: Device, action: Command['action'], input?: string): Promise<unknown> {
    switch (action) {
      case 'start':
        return this.#start(device);
      case 'stop':
        return device.stop();
      case 'logout':
        return device.logout();
      case 'remove':
        return this.devices.remove(device);
      case 'act':
        return this.perform(JSON.parse(input ?? '{}') as ActRequest);
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

  async #ask(device: DeviceId, action: Command['action'], input?: string): Promise<unknown> {
    const { commands } = this.store;
    const id = commands.put({
      device,
      action,
      at: this.clock.now(),
      ...(input === undefined ? {} : { input }),
    });
    const answered = new Promise<CommandAnswer>((resolve) => this.#asked.set(id, resolve));
    try {
      const late = (): CommandAnswer => ({ errorCode: 'DEVICE_IN_USE' });
      const { errorCode, result } = await withDeadline(answered, bounds.commandMs, late);
      const read: unknown = result === undefined ? undefined : JSON.parse(result);
      if (errorCode === undefined) return read;
      const details = (read ?? {}) as ErrorDetails;
      throw new WharfError(isErrorCode(errorCode) ? errorCode : 'DEVICE_IN_USE', { details });
    } finally {
      this.#asked.delete(id);
      commands.delete(id);
    }
  }

  async #obey({ id, device: deviceId, action, input }: Command): Promise<void> {
    const device = this.devices.getAll().find(({ info }) => info.id === deviceId);
    if (!device?.isMine || !this.store.commands.claim(id)) return;
    try {
      const result = await this.#perform(device, action, input);
      this.store.commands.answer(id, result === undefined ? {} : { result: JSON.stringify(result) });
    } catch (error) {
      const { code, details } = isWharfError(error) ? error : new WharfError('DEVICE_IN_USE');
      this.store.commands.answer(id, { errorCode: code, result: JSON.stringify(details) });
    }
  }
}

/** An action and its input, to be run by the process that runs the device. */
export interface ActRequest {
  name: string;
  input: unknown;
}

const isErrorCode = (code: string): code is ErrorCode => code in errorCodes;
