import { z } from 'zod';

/*
 * What the server and the phone remember of an account's app state: settings that all its devices share.
 * The server sees only encrypted records; the phone has the keys.
 */

const bytes = z.instanceof(Buffer);

/** The five collections, by how urgently a new device needs them. */
export const collectionNames = [
  'critical_block',
  'critical_unblock_low',
  'regular_high',
  'regular_low',
  'regular',
] as const;
export type CollectionName = (typeof collectionNames)[number];

const appStateKey = z.object({ id: bytes, data: bytes, createdAt: z.number() });
export type AppStateKey = z.infer<typeof appStateKey>;

/** The last value of one index, as the devices encrypted it. */
const storedRecord = z.object({ value: bytes, keyId: bytes });
export type StoredRecord = z.infer<typeof storedRecord>;

const collectionState = z.object({
  version: z.number().int(),
  hash: bytes,
  /** The MAC and the key of the patch that led to this version. */
  snapshotMac: bytes.optional(),
  keyId: bytes.optional(),
  /** By index MAC, base64. */
  records: z.map(z.string(), storedRecord),
  /** The last patches, encoded, oldest first; the last one led to this version. */
  patches: z.array(bytes),
});
export type CollectionState = z.infer<typeof collectionState>;

export const appStateState = z.object({
  keys: z.array(appStateKey),
  collections: z.map(z.enum(collectionNames), collectionState),
});
export type AppStateState = z.infer<typeof appStateState>;

/** The app state of a new account: nothing, and no key yet. */
export function createAppState(): AppStateState {
  return { keys: [], collections: new Map() };
}
