import type { ActRequest } from '../device/commands.js';
import type { LoginMethod, LoginStep } from '../device/login.js';
import type { RunPolicy } from '../device/ownership.js';
import { type ErrorCode, errorCodes } from '../errors/codes.js';
import { type ErrorDetails, isWharfError, WharfError } from '../errors/errors.js';
import type { EncryptionKey } from '../store/encryption/encryption-key.js';
import type { CommandAction } from '../store/processes.js';
import type { DeviceInfo, DeviceState } from '../types/device.js';
import type { Durability } from '../types/durability.js';
import type { Endpoint } from '../types/endpoint.js';
import type { DeviceId } from '../types/ids.js';
import type { Logger } from '../util/logger.js';

/** How a storage is opened, in plain data. The key goes from thread to thread in memory; it is never logged. */
export interface StoragePlan {
  storage: string;
  key: EncryptionKey | undefined;
  durability: Durability;
  endpoint: Endpoint | undefined;
  media: { maxCount: number; maxBytes: number; maxAgeMs: number };
  arePrivateAddressesAllowed: boolean;
}

/** What a thread is started with. */
export interface ThreadPlan extends StoragePlan {
  run: RunPolicy;
  restore: boolean;
  /** Whose turn it is to write: shared by all threads, in which this one is `thread`. */
  turn: Int32Array;
  thread: number;
  share: Share;
}

/** Which devices are a thread's. */
export interface Share {
  devices: DeviceId[];
  /** Of these, those that were started or linked while this process ran. */
  started: DeviceId[];
  /** Of these, those that somebody in this process reads. */
  read: DeviceId[];
}

/** What the main thread tells a thread. */
export type ToThread =
  | { type: 'call'; call: number; request: ThreadRequest }
  | { type: 'share'; share: Share }
  /** Another process has written. */
  | { type: 'look' }
  /** Something was written of these devices in the main thread. */
  | { type: 'touched'; devices: DeviceId[] }
  | { type: 'cancelLogin'; login: number }
  /** It may dial. */
  | { type: 'go'; ticket: number }
  | { type: 'close' };

/** What the main thread has a thread do. */
export type ThreadRequest =
  | { type: 'login'; device: DeviceId; login: number; how: LoginMethod }
  | { type: 'command'; device: DeviceId; action: CommandAction }
  | { type: 'settled'; device: DeviceId }
  | ({ type: 'act' } & ActRequest);

/** What a thread tells the main thread. */
export type FromThread =
  | { type: 'answer'; call: number; result?: unknown; error?: SentError }
  | { type: 'state'; device: DeviceInfo; previous: DeviceState }
  | { type: 'step'; login: number; step: SentStep }
  /** It has written to the log; and of these devices, what is said of their sends. */
  | { type: 'written'; devices: DeviceId[] }
  | { type: 'log'; level: keyof Logger; line: string }
  | { type: 'enter'; ticket: number; isUrgent: boolean }
  | { type: 'hurry'; ticket: number }
  | { type: 'cancel'; ticket: number };

/** An error on its way between threads, which copy the class of none. */
export interface SentError {
  code?: ErrorCode;
  details?: ErrorDetails;
  /** Of an error that is none of Wharf's. */
  text?: string;
}

/** A step of a login on its way. */
export type SentStep = Exclude<LoginStep, { type: 'failed' }> | { type: 'failed'; error: SentError };

export function sentError(error: unknown): SentError {
  if (isWharfError(error)) return { code: error.code, details: error.details };
  return { text: error instanceof Error ? error.message : String(error) };
}

export function receivedError({ code, details = {}, text }: SentError): Error {
  if (code === undefined || !(code in errorCodes)) return new Error(text);
  return new WharfError(code, { details });
}

export const sentStep = (step: LoginStep): SentStep =>
  step.type === 'failed' ? { type: 'failed', error: sentError(step.error) } : step;

export function receivedStep(step: SentStep): LoginStep {
  if (step.type !== 'failed') return step;
  const error = receivedError(step.error);
  return { type: 'failed', error: isWharfError(error) ? error : new WharfError('CONNECTION_FAILED') };
}
