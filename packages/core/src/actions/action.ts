import { z } from 'zod';
import type { Device } from '../device/device.js';
import type { ErrorCode } from '../errors/codes.js';
import type { Manager } from '../manager.js';
import type { ScopedStore } from '../store/store.js';
import type { DeviceId } from '../types/ids.js';
import type { Clock } from '../util/clock.js';
import type { Queries } from '../wire/queries.js';

/**
 * What an action needs.
 *
 * - `manager`: nothing more; it is about no device, or makes one
 * - `device`: a device, in whatever state
 * - `connected`: a device with a live connection, which is asked at once
 */
export type Need = 'manager' | 'device' | 'connected';

export interface ManagerContext {
  manager: Manager;
  clock: Clock;
}

export interface DeviceContext extends ManagerContext {
  deviceId: DeviceId;
  device: Device;
  /** What is stored for the account; undefined while there is none. */
  stored: ScopedStore | undefined;
}

export interface ConnectedContext extends DeviceContext {
  stored: ScopedStore;
  queries: Queries;
}

interface Contexts {
  manager: ManagerContext;
  device: DeviceContext;
  connected: ConnectedContext;
}

/** Which device is meant, where an action is about one. */
const deviceId = z.string().optional().meta({
  description: 'Which device. With only one device it can be left out.',
});

type Input<N extends Need, Shape extends z.ZodRawShape> = z.ZodObject<
  N extends 'manager' ? Shape : Omit<{ deviceId: typeof deviceId }, keyof Shape> & Shape,
  z.core.$strict
>;

/** What a user may ask for: its name, what goes in and comes out, and what it does. */
export interface Action<
  Name extends string = string,
  N extends Need = Need,
  In extends z.ZodObject = z.ZodObject,
  Out extends z.ZodType = z.ZodType,
> {
  /** Resource and verb: `group.create`. */
  readonly name: Name;
  /** For a list to choose from: `Create a group`. */
  readonly title: string;
  /** One sentence that says it all, and what else must be known. */
  readonly description: string;
  readonly needs: N;
  /** What it can end with besides the errors that all with the same need have. */
  readonly errors: readonly ErrorCode[];
  readonly input: In;
  readonly output: Out;
  run(context: Contexts[N], input: z.output<In>): Promise<z.output<Out>>;
}

/** Makes an action; one that needs a device gets the field `deviceId`. */
export function defineAction<
  const Name extends string,
  N extends Need,
  Shape extends z.ZodRawShape,
  Out extends z.ZodType,
>({
  errors = [],
  ...definition
}: {
  name: Name;
  title: string;
  description: string;
  needs: N;
  errors?: readonly ErrorCode[];
  input: Shape;
  output: Out;
  run(context: Contexts[N], input: z.output<z.ZodObject<Shape>>): Promise<z.output<Out>>;
}): Action<Name, N, Input<N, Shape>, Out> {
  const { needs, input: shape } = definition;
  const input = z.strictObject(needs === 'manager' ? shape : { deviceId, ...shape });
  return { ...definition, errors, input } as unknown as Action<Name, N, Input<N, Shape>, Out>;
}

/** The output of what has nothing to tell: it is done. */
export const done = z.object({});
