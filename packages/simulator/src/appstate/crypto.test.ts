import { randomBytes } from 'node:crypto';
import {
  decodePatches,
  decodeSyncdSnapshot,
  encodeSyncdPatch,
  newLTHashState,
  proto,
  type WAPatchCreate,
} from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { Collection } from './collection.js';
import { expandKey, patchMac, REMOVE, SET, snapshotMac } from './keys.js';
import { changeHash, emptyHash } from './lt-hash.js';
import {
  type Mutation,
  macOf,
  openMutation,
  readMutations,
  sealMutation,
  writeMutation,
} from './mutation.js';
import { type AppStateKey, createAppState } from './state.js';

const NAME = 'regular_low';
const key: AppStateKey = { id: randomBytes(6), data: randomBytes(32), createdAt: 1 };
const keyId = key.id.toString('base64');
const keyOf = async () => ({ keyData: key.data });

function pin(chat: string, pinned: boolean, operation: Mutation['operation'] = SET): Mutation {
  return { operation, index: ['pin_v1', chat], value: { pinAction: { pinned }, timestamp: 1 }, version: 5 };
}

/** Adds mutations to a collection as a phone does. */
function append(collection: Collection, mutations: Mutation[]): void {
  const sealed = mutations.map((mutation) => sealMutation(mutation, key));
  const keys = expandKey(key.data);
  const version = collection.version + 1;
  const snapshot = snapshotMac(keys, collection.hashAfter(sealed), version, NAME);
  const macs = sealed.map(({ value }) => macOf(value));
  const mac = patchMac(keys, snapshot, macs, version, NAME);
  collection.append(
    { mutations: sealed.map(writeMutation), snapshotMac: snapshot, patchMac: mac, keyId: { id: key.id } },
    sealed,
  );
}

describe('A collection', () => {
  const steps = [
    [pin('a@lid', true), pin('b@lid', true)],
    [pin('a@lid', false), pin('a@lid', true)],
    [pin('b@lid', true, REMOVE), pin('c@lid', true)],
  ];

  it('is followed by Baileys patch by patch, every MAC checked', async () => {
    const collection = new Collection(createAppState(), NAME);
    for (const step of steps) append(collection, step);
    const patches = collection.patchesSince(0)?.patches.map((patch) => proto.SyncdPatch.decode(patch)) ?? [];
    const warnings: unknown[] = [];
    const logger = { warn: (...words: unknown[]) => warnings.push(words), trace() {}, debug() {} } as never;
    const { state, mutationMap } = await decodePatches(
      NAME,
      patches,
      newLTHashState(),
      keyOf as never,
      {},
      undefined,
      logger,
      true,
    );
    expect(warnings).toEqual([]);
    expect(state.version).toBe(3);
    expect(Object.keys(mutationMap)).toHaveLength(3);
    expect(Buffer.from(state.hash)).toEqual(collection.hashAfter([]));
  });

  it('is taken over by Baileys from a snapshot', async () => {
    const collection = new Collection(createAppState(), NAME);
    for (const step of steps) append(collection, step);
    const snapshot = proto.SyncdSnapshot.decode(collection.snapshot());
    const warnings: unknown[] = [];
    const logger = { warn: (...words: unknown[]) => warnings.push(words) } as never;
    const { state, mutationMap } = await decodeSyncdSnapshot(
      NAME,
      snapshot,
      keyOf as never,
      undefined,
      true,
      logger,
    );
    expect(warnings).toEqual([]);
    expect(Buffer.from(state.hash)).toEqual(collection.hashAfter([]));
    expect(Object.keys(mutationMap).sort()).toEqual(['["pin_v1","a@lid"]', '["pin_v1","c@lid"]']);
  });

  it('takes what Baileys makes, with the same hash and the same MACs', async () => {
    const collection = new Collection(createAppState(), NAME);
    let state = newLTHashState();
    const keys = expandKey(key.data);
    for (const pinned of [true, false, true]) {
      const change: WAPatchCreate = {
        type: NAME,
        index: ['pin_v1', 'a@lid'],
        syncAction: { pinAction: { pinned }, timestamp: 1 },
        apiVersion: 5,
        operation: SET,
      };
      const encoded = await encodeSyncdPatch(change, keyId, state, keyOf as never);
      const sealed = readMutations(encoded.patch.mutations ?? []);
      expect(sealed.map((mutation) => openMutation(mutation, key))).toMatchObject([
        { index: ['pin_v1', 'a@lid'], value: { pinAction: { pinned } }, version: 5 },
      ]);
      const version = collection.version + 1;
      const snapshot = snapshotMac(keys, collection.hashAfter(sealed), version, NAME);
      expect(snapshot).toEqual(encoded.patch.snapshotMac);
      const macs = sealed.map(({ value }) => macOf(value));
      expect(patchMac(keys, snapshot, macs, version, NAME)).toEqual(encoded.patch.patchMac);
      collection.append(encoded.patch, sealed);
      state = encoded.state;
    }
    expect(collection.hashAfter([])).toEqual(Buffer.from(state.hash));
  });

  it('gives patches in portions, and none to a device that is ahead of it', () => {
    const collection = new Collection(createAppState(), NAME);
    for (let count = 0; count < 60; count++) append(collection, [pin('a@lid', true)]);
    expect(collection.patchesSince(0)).toMatchObject({ reaches: 50, hasMore: true });
    expect(collection.patchesSince(50)).toMatchObject({ reaches: 60, hasMore: false });
    expect(collection.patchesSince(61)).toBeUndefined();
  });
});

describe('A mutation', () => {
  it('is refused when a byte of it is different', () => {
    const sealed = sealMutation(pin('a@lid', true), key);
    for (const field of ['value', 'indexMac'] as const) {
      const changed = Buffer.from(sealed[field]);
      changed[20] = (changed[20] ?? 0) ^ 1;
      expect(() => openMutation({ ...sealed, [field]: changed }, key)).toThrow('MAC');
    }
    expect(() => openMutation({ ...sealed, operation: REMOVE }, key)).toThrow('MAC');
  });
});

describe('The hash', () => {
  it('forgets what was added and removed, in any order', () => {
    const [one, two, three] = [randomBytes(32), randomBytes(32), randomBytes(32)];
    const all = changeHash(emptyHash(), [], [one, two, three]);
    expect(changeHash(changeHash(all, [two], []), [three, one], [])).toEqual(emptyHash());
    expect(changeHash(changeHash(emptyHash(), [], [three]), [], [two, one])).toEqual(all);
  });
});
