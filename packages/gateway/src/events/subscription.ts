import { createHash } from 'node:crypto';
import { type ConsumerRequest, eventTypes, type Manager, type WharfEvent } from '@wharf/core';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { chooseDevice, nameIn } from '../http/device.js';
import { mayUse, type Token } from '../tokens/token.js';

const startAt = z.union([z.enum(['now', 'beginning']), z.coerce.number().int().min(0)]);

/** What a stream of events can be asked for. */
export const eventQuery = z.object({
  deviceId: z.string().optional().meta({ description: 'Only events of this device; also by X-Device-Id.' }),
  device_id: z.string().optional().meta({ description: 'The same, as GOWA calls it.' }),
  types: z
    .string()
    .transform((text) => text.split(',').map((type) => type.trim()))
    .pipe(z.array(z.enum(eventTypes)).min(1))
    .optional()
    .meta({ description: 'Only these events, with commas in between.' }),
  startAt: startAt.optional().meta({
    description: '`now` (the default), `beginning`, or the `seq` of the last event that is known.',
  }),
});

/** With a name the gateway remembers how far it was read. */
export const socketQuery = eventQuery.extend({
  name: z.string().min(1).max(150).optional().meta({
    description: 'Has the gateway keep the cursor: it moves on when the client confirms an event.',
  }),
});

type Query = z.output<typeof socketQuery>;

/** What somebody wants to hear of, as far as their token lets them. */
export interface Subscription {
  token: Token;
  request: ConsumerRequest;
  /** Whether an event is for this token. That something is missing in the log is for everybody. */
  isFor(event: Pick<WharfEvent, 'deviceId' | 'type'>): boolean;
  /** QR codes and pairing codes are for those who may link devices. */
  areLoginsWanted: boolean;
}

/** @throws WharfError DEVICE_NOT_FOUND */
export async function subscribe(manager: Manager, request: FastifyRequest): Promise<Subscription> {
  const { token } = request;
  const { name, deviceId: inQuery, types, startAt } = request.query as Query;
  const named = nameIn(request) ?? inQuery;
  const device = named === undefined ? undefined : await chooseDevice(manager, token, named);
  const isWanted = (deviceId: string) => device === undefined || deviceId === device.id;
  return {
    token,
    request: {
      ...(name === undefined ? {} : { name: consumerName(token, name) }),
      ...(device ? { deviceId: device.id } : {}),
      ...(types ? { types } : {}),
      ...(startAt === undefined ? {} : { startAt }),
    },
    isFor: ({ deviceId, type }) =>
      type === 'events.missed' || (isWanted(deviceId) && mayUse(token, deviceId)),
    areLoginsWanted: token.scopes.includes('manage') && types === undefined,
  };
}

/**
 * The name of a consumer in the log: of one token alone. A token under the name of another one, which it takes the place of, goes
 * on where that one was.
 */
export function consumerName({ id, name = id }: Token, consumer: string): string {
  const owner = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `client:${owner}:${consumer}`;
}
