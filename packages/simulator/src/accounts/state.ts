import { z } from 'zod';
import { appStateState, createAppState } from '../appstate/state.js';
import { createSenderKeysState, senderKeysState } from '../groups/sender-keys.js';
import { attachmentSchema } from '../media/attachment.js';
import { contentSchema } from '../messages/content.js';
import { createProfile, profileState } from '../profile/state.js';
import type { Stanza } from '../stanza/node.js';

/*
 * What the simulator remembers, as plain data. These records live in memory as they are and are written to
 * the data directory in one piece per account; the classes around them hold behaviour, never facts.
 */

const bytes = z.instanceof(Buffer);
const keyPair = z.object({ public: bytes, private: bytes });
const publicPreKey = z.object({ id: z.number().int(), public: bytes });
const signedPreKey = publicPreKey.extend({ signature: bytes });

/** The Signal side of a virtual phone: its keys and its sessions, by address. */
export const signalState = z.object({
  registrationId: z.number().int(),
  identity: keyPair,
  signedPreKey: z.object({ id: z.number().int(), pair: keyPair, signature: bytes }),
  preKeys: z.map(z.number().int(), keyPair),
  nextPreKeyId: z.number().int(),
  sessions: z.map(z.string(), z.unknown()),
});
export type SignalState = z.infer<typeof signalState>;

/** A stanza kept for a device until the device confirms it. */
const queuedStanza = z.object({
  stanza: z.custom<Stanza>((value) => typeof (value as Stanza | undefined)?.tag === 'string'),
  /** A re-encrypted message: the error ack for its first, unreadable form is still to come and does not settle it. */
  isResent: z.boolean(),
  /** The client has answered it with an error: until it confirms it after all, nothing is handed over behind it. */
  isRefused: z.boolean().optional(),
});
export type QueuedStanza = z.infer<typeof queuedStanza>;

/** A linked device, as the server knows it. */
export const companionState = z.object({
  id: z.number().int().min(1),
  platform: z.string(),
  linkedAt: z.number(),
  noiseKey: bytes,
  registrationId: z.number().int(),
  identity: bytes,
  signedPreKey,
  preKeys: z.map(z.number().int(), bytes),
  /** The encoded ADVSignedDeviceIdentity with both signatures, as peers get it next to a key bundle. */
  deviceIdentity: bytes,
  /** Whether the phone has sent it the app-state key and the first history. */
  isBootstrapped: z.boolean(),
  /** Whether it asked, when it registered, for everything the phone has. */
  wantsFullHistory: z.boolean().default(false),
  connectionsOpened: z.number().int(),
  queue: z.set(queuedStanza),
});
export type CompanionState = z.infer<typeof companionState>;

/** How far a message got: on its way, taken by the server, delivered to a device, read, played. */
export const deliverySchema = z.enum(['pending', 'server', 'delivered', 'read', 'played']);
export type Delivery = z.infer<typeof deliverySchema>;

/** What one person (a PN JID) did to a message, and when. */
const byPerson = z.object({ from: z.string(), at: z.number() });

/** A message as the virtual phone shows it. */
export const chatMessage = z.object({
  id: z.string(),
  /** The other person's PN JID, or the JID of the group. */
  chat: z.string(),
  /** The PN JID of who wrote it. */
  author: z.string().default(''),
  fromMe: z.boolean(),
  /** The text; for anything but a text, the caption or an empty string. */
  text: z.string(),
  /** The field of `proto.Message` that carries the content: `conversation`, `imageMessage`, ... */
  kind: z.string(),
  /** Epoch milliseconds. */
  at: z.number(),
  delivery: deliverySchema,
  /** Where its attachment is and how to decrypt it. */
  media: attachmentSchema.optional(),
  /** What it says, where that is no attachment. */
  content: contentSchema.optional(),
  /** Whether its author has changed the text, and whether it was taken back. */
  edited: z.boolean().optional(),
  revoked: z.boolean().optional(),
  pinned: z.boolean().optional(),
  kept: z.boolean().optional(),
  reactions: z.array(byPerson.extend({ emoji: z.string() })).optional(),
  /** The votes of a poll, decrypted. */
  votes: z.array(byPerson.extend({ options: z.array(z.string()) })).optional(),
  /** The answers to an event, decrypted. */
  responses: z.array(byPerson.extend({ response: z.enum(['going', 'not_going', 'maybe']) })).optional(),
  /** In a group: how far it got with each member, by PN JID. */
  receipts: z.record(z.string(), deliverySchema).optional(),
});
export type ChatMessage = z.infer<typeof chatMessage>;

/** Where a message that was sent went: needed to drop duplicates and to bring receipts back to its author. */
const route = z.object({
  device: z.number().int(),
  /** The chat as the author addressed it: receipts come back from this address. */
  to: z.string(),
  recipients: z.set(z.string()),
});
export type Route = z.infer<typeof route>;

/** What a virtual phone sent, kept to answer retry receipts. */
const sentContent = z.object({ to: z.string(), content: bytes, isPeer: z.boolean() });
export type SentContent = z.infer<typeof sentContent>;

/** Everything about one phone number. */
export const accountState = z.object({
  phone: z.string(),
  lid: z.string(),
  name: z.string(),
  isContact: z.boolean(),
  /** Whether the virtual phone reads what it receives without being told to. */
  autoRead: z.boolean(),
  /** Whether it links devices only with its passkey, which clients that do not know passkeys cannot use. */
  isPasskeyGated: z.boolean().default(false),
  rawId: z.number().int(),
  nextDeviceId: z.number().int(),
  signal: signalState,
  companions: z.array(companionState),
  /** Addresses (`lid.device`) of the companions that were told the device list and so must hear of changes. */
  watchers: z.set(z.string()),
  messages: z.array(chatMessage),
  routes: z.map(z.string(), route),
  sent: z.map(z.string(), sentContent),
  /** The secrets that polls and events came with, by message id: answers to them are encrypted with these. */
  secrets: z.map(z.string(), bytes).default(() => new Map()),
  senderKeys: senderKeysState.default(createSenderKeysState),
  appState: appStateState.default(createAppState),
  profile: profileState.default(createProfile),
  /** The address each person last used towards this phone, by LID: a chat must not move between PN and LID. */
  addressSpaces: z.map(z.string(), z.enum(['pn', 'lid'])),
  /** After how many seconds messages disappear, by the PN JID of the person one chats with; a group has its own. */
  expirations: z.map(z.string(), z.number()).default(() => new Map()),
  /** To whom, by LID, the phone gave a privacy token, and when: epoch seconds. */
  tokensIssued: z.map(z.string(), z.number()).default(() => new Map()),
});
export type AccountState = z.infer<typeof accountState>;

/** The keys of the server itself, kept so that clients meet the same server after a restart. */
export const serverState = z.object({ root: keyPair, intermediate: keyPair, noise: keyPair });
export type ServerState = z.infer<typeof serverState>;
