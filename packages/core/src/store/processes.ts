import type { DeviceId } from '../types/ids.js';

/** Which process runs a device: its manager's instance. Who holds the session is the owner; this only tells the others. */
export interface OwnerRepository {
  getAll(): Map<DeviceId, string>;
  put(device: DeviceId, instance: string): void;
  /** Does nothing when the device has passed to another instance. */
  delete(device: DeviceId, instance: string): void;
}

/** A process that would run a device which another one runs. It is `offered` the device, and says that it is still there. */
export interface Wish {
  device: DeviceId;
  instance: string;
  /** How much it wants it: see `device/ownership.ts`. */
  rank: number;
  step: 'asked' | 'offered' | 'accepted';
}

export interface WishRepository {
  /** The strongest wish for a device first, and of equal ones the oldest. */
  getAll(): Wish[];
  put(wish: Wish): void;
  delete(device: DeviceId, instance: string): void;
  deleteAll(instance: string): void;
}

/** What a process asks the owner of a device to do. */
export interface Command {
  id: number;
  device: DeviceId;
  action: CommandAction | 'act';
  /** For `act`: what exactly, as JSON. */
  input?: string;
  at: number;
}

export type CommandAction = 'start' | 'stop' | 'logout' | 'remove';

/** How it ended; `result` is what came of it or, with a code, the details of the error, as JSON. */
export interface CommandAnswer {
  errorCode?: string;
  result?: string;
}

export interface CommandRepository {
  put(command: Omit<Command, 'id'>): number;
  /** Those that nobody has begun, the oldest first. */
  getOpen(): Command[];
  /** Marks a command as begun; false when somebody has done so before. */
  claim(id: number): boolean;
  answer(id: number, answer: CommandAnswer): void;
  /** Undefined until it is answered. */
  getAnswer(id: number): CommandAnswer | undefined;
  delete(id: number): void;
}
