import { z } from 'zod';
import type { AccountView, DeviceView } from '../accounts/account-view.js';
import { chatMessage } from '../accounts/state.js';
import type { FaultView } from '../faults/active-fault.js';
import { faultSchema } from '../faults/fault.js';
import type { PersonOutcome } from '../groups/group-desk.js';
import type { GroupView } from '../groups/group-view.js';
import { roleSchema } from '../groups/state.js';
import type { Statistics } from '../simulator.js';
import type { SimulatorEndpoint } from '../simulator-options.js';

/** Every error: a stable code, and a sentence that says what to do. */
export const refusal = z.object({ code: z.string(), message: z.string() });

/** The errors of a route by status, each with the codes that come with it. */
export function refusals<S extends number>(codes: Record<S, string>): Record<S, typeof refusal> {
  const described = Object.entries<string>(codes).map(([status, names]) => {
    const quoted = names.split(' ').map((code) => `\`${code}\``);
    return [status, refusal.describe(quoted.join(', '))];
  });
  return Object.fromEntries(described) as Record<S, typeof refusal>;
}

/** The answer of a route that has nothing to say but that it is done. */
export const done: { 204: z.ZodType<void, void> } = { 204: z.undefined().describe('Done.') };

export const messageId = z.object({ id: z.string() }).describe('The id of the message.');
export const messages = z.array(chatMessage).describe('What the phone shows, oldest first.');

export const linked = z
  .object({ phone: z.string(), jid: z.string(), lid: z.string() })
  .describe('The account, with the JIDs of the new device.');

const deviceView: z.ZodType<DeviceView, DeviceView> = z.object({
  id: z.number(),
  platform: z.string(),
  jid: z.string(),
  lid: z.string(),
  linkedAt: z.number(),
  connected: z.boolean(),
  connectionsOpened: z.number(),
  queued: z.number(),
});

export const accountView: z.ZodType<AccountView, AccountView> = z
  .object({
    phone: z.string(),
    name: z.string(),
    jid: z.string(),
    lid: z.string(),
    isContact: z.boolean(),
    devices: z.array(deviceView),
  })
  .describe('An account with its linked devices.');

export const contactView = z
  .object({ phone: z.string(), name: z.string(), jid: z.string(), lid: z.string() })
  .describe('A contact.');

export const groupView: z.ZodType<GroupView, GroupView> = z
  .object({
    jid: z.string(),
    subject: z.string(),
    description: z.string().exactOptional(),
    pictureId: z.string().exactOptional(),
    addressingMode: z.enum(['lid', 'pn']),
    createdAt: z.number(),
    members: z.array(
      z.object({
        phone: z.string(),
        jid: z.string(),
        lid: z.string(),
        name: z.string(),
        role: roleSchema,
      }),
    ),
    isAnnounce: z.boolean(),
    isLocked: z.boolean(),
    isAddRestricted: z.boolean(),
    isJoinApproval: z.boolean(),
    expiration: z.number(),
    inviteCode: z.string(),
    joinRequests: z.array(z.string()),
    isCommunity: z.boolean(),
    parent: z.string().exactOptional(),
  })
  .describe('A group.');

export const outcomes: z.ZodType<PersonOutcome[], PersonOutcome[]> = z
  .array(
    z.object({
      person: z.string(),
      status: z.number(),
      invitation: z.object({ code: z.string(), expiresAt: z.number() }).exactOptional(),
    }),
  )
  .describe('What became of each: 200, or 403 not allowed, 404 not there, 409 there already.');

export const faultView: z.ZodType<FaultView> = z
  .object({
    id: z.string(),
    state: z.enum(['waiting', 'active', 'spent']),
    strikes: z.number(),
    fault: faultSchema,
  })
  .describe('A fault under way.');

export const endpointView: z.ZodType<SimulatorEndpoint, SimulatorEndpoint> = z
  .object({
    ws: z.string(),
    http: z.string(),
    noiseRootPublicKey: z.string(),
    media: z.string(),
    ca: z.string(),
  })
  .describe('Where clients connect to, and what they must trust there.');

export const statisticsView: z.ZodType<Statistics, Statistics> = z
  .object({
    connectionsOpened: z.number(),
    connectionsOpen: z.number(),
    resumed: z.number(),
    unknownStanzas: z.number(),
    faults: z.number(),
    unknown: z.array(z.string()),
    accounts: z.number(),
  })
  .describe('Counts since the start.');
