import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { REMOVE } from './keys.js';
import { changeHash, emptyHash } from './lt-hash.js';
import { macOf, type SealedMutation } from './mutation.js';
import type { AppStateState, CollectionName, CollectionState } from './state.js';

/** A device that has missed more than this gets a snapshot. */
const PATCHES_KEPT = 500;
const PATCHES_PER_ANSWER = 50;

/** One collection of an account as the server keeps it: encrypted records, and the patches that made them. */
export class Collection {
  readonly name: CollectionName;
  readonly #state: CollectionState;

  constructor(states: AppStateState, name: CollectionName) {
    this.name = name;
    const state = states.collections.get(name) ?? {
      version: 0,
      hash: emptyHash(),
      records: new Map(),
      patches: [],
    };
    states.collections.set(name, state);
    this.#state = state;
  }

  get version(): number {
    return this.#state.version;
  }

  /** How many records are in force. */
  get size(): number {
    return this.#state.records.size;
  }

  /** The sealed mutations that are still in force. */
  get records(): { indexMac: Buffer; value: Buffer; keyId: Buffer }[] {
    return [...this.#state.records].map(([index, record]) => ({
      indexMac: Buffer.from(index, 'base64'),
      ...record,
    }));
  }

  /** The hash of the collection once these mutations are in it. */
  hashAfter(mutations: SealedMutation[]): Buffer {
    const { records, hash } = this.#state;
    const current = new Map<string, Buffer | undefined>();
    const removed: Buffer[] = [];
    const added: Buffer[] = [];
    for (const { operation, indexMac, value } of mutations) {
      const index = indexMac.toString('base64');
      const stored = records.get(index)?.value;
      const previous = current.has(index) ? current.get(index) : stored && macOf(stored);
      if (previous) removed.push(previous);
      if (operation === REMOVE) current.set(index, undefined);
      else {
        added.push(macOf(value));
        current.set(index, macOf(value));
      }
    }
    return changeHash(hash, removed, added);
  }

  /** Takes the next patch; the version it gets is one more than the last. */
  append(patch: proto.ISyncdPatch, mutations: SealedMutation[]): void {
    const state = this.#state;
    state.hash = this.hashAfter(mutations);
    state.version += 1;
    if (patch.snapshotMac) state.snapshotMac = Buffer.from(patch.snapshotMac);
    if (patch.keyId?.id) state.keyId = Buffer.from(patch.keyId.id);
    for (const { operation, indexMac, value, keyId } of mutations) {
      const index = indexMac.toString('base64');
      if (operation === REMOVE) state.records.delete(index);
      else state.records.set(index, { value, keyId });
    }
    const encoded = proto.SyncdPatch.encode({ ...patch, version: { version: state.version } }).finish();
    state.patches.push(Buffer.from(encoded));
    state.patches.splice(0, state.patches.length - PATCHES_KEPT);
  }

  /**
   * The patches after a version, as many as one answer holds.
   *
   * @returns undefined if that version is so old (or so new) that patches cannot bring a device up to date.
   */
  patchesSince(version: number): { patches: Buffer[]; reaches: number; hasMore: boolean } | undefined {
    const missing = this.version - version;
    const { patches } = this.#state;
    if (missing < 0 || missing > patches.length) return undefined;
    const all = missing === 0 ? [] : patches.slice(-missing);
    const batch = all.slice(0, PATCHES_PER_ANSWER);
    return { patches: batch, reaches: version + batch.length, hasMore: batch.length < all.length };
  }

  /** Everything in force at this version, encoded. */
  snapshot(): Uint8Array {
    const { version, snapshotMac, keyId, records } = this.#state;
    return proto.SyncdSnapshot.encode({
      version: { version },
      ...(snapshotMac ? { mac: snapshotMac } : {}),
      ...(keyId ? { keyId: { id: keyId } } : {}),
      records: [...records].map(([index, record]) => ({
        index: { blob: Buffer.from(index, 'base64') },
        value: { blob: record.value },
        keyId: { id: record.keyId },
      })),
    }).finish();
  }
}
