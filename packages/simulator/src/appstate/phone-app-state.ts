import { randomBytes } from 'node:crypto';
import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import type { Companion } from '../accounts/device.js';
import { secondsNow, stanza } from '../stanza/node.js';
import { Collection } from './collection.js';
import { expandKey, patchMac, SET, snapshotMac } from './keys.js';
import {
  type Mutation,
  macOf,
  openMutation,
  type SealedMutation,
  sealMutation,
  writeMutation,
} from './mutation.js';
import { type AppStateKey, type AppStateState, type CollectionName, collectionNames } from './state.js';

const MAX_DEPTH_OF_KEYS = 20;

/**
 * The phone's side of app state: it has the keys, checks what its linked devices upload, and makes changes of
 * its own. Changes of either side reach the others by a notice, upon which they sync.
 */
export class PhoneAppState {
  readonly #account: Account;
  readonly #state: AppStateState;

  constructor(account: Account) {
    this.#account = account;
    this.#state = account.state.appState;
  }

  collection(name: CollectionName): Collection {
    return new Collection(this.#state, name);
  }

  /** The keys as they are shared with a linked device; the first is made when it is first needed. */
  keyShare(): proto.Message.IAppStateSyncKeyShare {
    this.#currentKey();
    const deviceIndexes = this.#account.devices.map(({ id }) => id);
    const fingerprint = {
      rawId: this.#account.state.rawId,
      currentIndex: Math.max(...deviceIndexes),
      deviceIndexes,
    };
    return {
      keys: this.#state.keys.map(({ id, data, createdAt }) => ({
        keyId: { keyId: id },
        keyData: { keyData: data, fingerprint, timestamp: createdAt },
      })),
    };
  }

  /** Makes a new key for what comes from now on, as phones do when a device is unlinked. */
  rotateKey(): void {
    this.#state.keys.push({ id: randomBytes(6), data: randomBytes(32), createdAt: Date.now() });
    this.#state.keys.splice(0, this.#state.keys.length - MAX_DEPTH_OF_KEYS);
    this.#account.changed();
  }

  /** Everything in force, decrypted; what the phone cannot decrypt it does not know. */
  mutations(): Mutation[] {
    return collectionNames.flatMap((name) =>
      this.collection(name).records.flatMap((record) => {
        const mutation = this.#tryOpen({ operation: SET, ...record });
        return mutation ? [mutation] : [];
      }),
    );
  }

  /**
   * Takes a patch that a linked device uploaded, tells the other devices, and acts on it.
   *
   * @returns what the phone thinks is wrong with it; the server, which has no keys, takes it all the same.
   */
  receive(
    from: Companion,
    name: CollectionName,
    patch: proto.ISyncdPatch,
    sealed: SealedMutation[],
  ): string[] {
    const collection = this.collection(name);
    const faults = this.#check(collection, patch, sealed);
    collection.append(patch, sealed);
    this.#announce(name, collection.version, from);
    for (const mutation of sealed) {
      const opened = this.#tryOpen(mutation);
      if (opened) this.#act(name, collection.version, opened);
    }
    this.#account.changed();
    return faults;
  }

  /** Makes changes on the phone itself; the linked devices are told. */
  change(name: CollectionName, mutations: Mutation[]): void {
    const key = this.#currentKey();
    const keys = expandKey(key.data);
    const collection = this.collection(name);
    const version = collection.version + 1;
    const sealed = mutations.map((mutation) => sealMutation(mutation, key));
    const snapshot = snapshotMac(keys, collection.hashAfter(sealed), version, name);
    const valueMacs = sealed.map(({ value }) => macOf(value));
    collection.append(
      {
        mutations: sealed.map(writeMutation),
        snapshotMac: snapshot,
        patchMac: patchMac(keys, snapshot, valueMacs, version, name),
        keyId: { id: key.id },
        deviceIndex: 0,
      },
      sealed,
    );
    this.#announce(name, version);
    for (const mutation of mutations) this.#act(name, version, mutation);
    this.#account.changed();
  }

  #check(collection: Collection, patch: proto.ISyncdPatch, sealed: SealedMutation[]): string[] {
    const key = this.#key(patch.keyId?.id);
    if (!key) return ['it is made with a key that the phone does not have'];
    const keys = expandKey(key.data);
    const version = collection.version + 1;
    const faults: string[] = [];
    const snapshot = snapshotMac(keys, collection.hashAfter(sealed), version, collection.name);
    if (!snapshot.equals(patch.snapshotMac ?? Buffer.alloc(0))) faults.push('its snapshot MAC is wrong');
    const valueMacs = sealed.map(({ value }) => macOf(value));
    const whole = patchMac(keys, patch.snapshotMac ?? Buffer.alloc(0), valueMacs, version, collection.name);
    if (!whole.equals(patch.patchMac ?? Buffer.alloc(0))) faults.push('its patch MAC is wrong');
    for (const mutation of sealed) {
      try {
        const own = this.#key(mutation.keyId);
        if (!own) throw new Error('a mutation is made with a key that the phone does not have');
        openMutation(mutation, own);
      } catch (error) {
        faults.push((error as Error).message);
      }
    }
    return faults;
  }

  #tryOpen(sealed: SealedMutation): Mutation | undefined {
    const key = this.#key(sealed.keyId);
    try {
      return key && openMutation(sealed, key);
    } catch {
      return undefined;
    }
  }

  #key(id: Uint8Array | null | undefined): AppStateKey | undefined {
    return id ? this.#state.keys.find((key) => key.id.equals(id)) : undefined;
  }

  #currentKey(): AppStateKey {
    if (this.#state.keys.length === 0) this.rotateKey();
    return this.#state.keys.at(-1) as AppStateKey;
  }

  #announce(name: CollectionName, version: number, except?: Companion): void {
    for (const companion of this.#account.companions.values()) {
      if (companion === except || !companion.state.isBootstrapped) continue;
      const attributes = {
        from: '@s.whatsapp.net',
        type: 'server_sync',
        id: randomBytes(8).toString('hex'),
        t: secondsNow(),
      };
      companion.deliver(stanza('notification', attributes, [stanza('collection', { name, version })]));
    }
  }

  /** What a change does to the phone itself, beyond being remembered. */
  #act(collection: CollectionName, version: number, { index, value, operation }: Mutation): void {
    const { state, directory, phone } = this.#account;
    const [action, , messageId] = index;
    if (action === 'deleteMessageForMe') state.messages = state.messages.filter(({ id }) => id !== messageId);
    if (value.pushNameSetting?.name) state.name = value.pushNameSetting.name;
    directory.emit('appState', { phone, collection, version, index, isRemoved: operation !== SET });
  }
}
