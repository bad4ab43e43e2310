import type {
  AuthenticationCreds,
  AuthenticationState,
  SignalDataTypeMap,
  SocketConfig,
} from '@whiskeysockets/baileys';
import type { LidRepository, SessionStore, SignalStore } from '../../store/store.js';
import { type Jid, phoneOf } from '../../types/ids.js';
import type { Person } from '../../types/message.js';
import { ownerOf } from '../signal/address.js';
import type { Bridge } from '../signal/bridge.js';
import { SenderKeys } from '../signal/sender-keys.js';
import { Sessions } from '../signal/sessions.js';
import type { OwnKeys } from '../signal/staged-storage.js';
import { Turns } from '../signal/turns.js';
import type { Baileys } from './load.js';
import { pairedAccount } from './paired-account.js';
import { type SignalHooks, signalRepository } from './signal-repository.js';

const CREDENTIALS = { type: 'creds', id: 'creds' };

/** The credentials of a session; undefined when it has none yet. */
export function readCredentials(baileys: Baileys, session: SessionStore): AuthenticationCreds | undefined {
  const text = session.get(CREDENTIALS.type, [CREDENTIALS.id]).get(CREDENTIALS.id);
  return text === undefined
    ? undefined
    : (JSON.parse(text, baileys.BufferJSON.reviver) as AuthenticationCreds);
}

interface Surroundings extends SignalHooks {
  baileys: Baileys;
  bridge: Bridge;
  session: SessionStore;
  /** A message came again that was decrypted and stored before. */
  onDuplicate(ciphertextHash: Uint8Array): void;
  /** The device of somebody has another identity key than before. */
  onIdentityChange(contact: Person, device: number): void;
}

/**
 * What Baileys needs to know between connections, and the ciphers that work on it, all of it in `session.db`.
 *
 * For one connection. Whatever is told to the server is on disk before.
 */
export function sqliteAuthState({ baileys, bridge, session, ...hooks }: Surroundings): {
  auth: AuthenticationState;
  makeSignalRepository: SocketConfig['makeSignalRepository'];
  saveCredentials(): void;
  /** Lets no operation go on with what a cipher remembers. */
  stopCiphers(): void;
} {
  const stored = readCredentials(baileys, session);
  // A pairing that came to nothing leaves some that name an account: the server would take the next attempt for a login.
  const creds = stored && pairedAccount(stored) ? stored : baileys.initAuthCreds();
  const own: OwnKeys = {
    identity: () => creds.signedIdentityKey,
    registrationId: () => creds.registrationId,
    signedPreKey: () => creds.signedPreKey,
  };
  const options = {
    bridge,
    store: session.signal,
    own,
    turns: new Turns(),
    onDuplicate: hooks.onDuplicate,
    onIdentityChange: (address: string) => {
      const { jid, device } = ownerOf(address);
      hooks.onIdentityChange(personAt(jid, session.signal.lids), device);
    },
  };
  const sessions = new Sessions(options);
  return {
    auth: { creds, keys: keyStore(baileys, session, sessions) },
    makeSignalRepository: (_auth, _logger, askLids = async () => undefined) =>
      signalRepository({
        sessions,
        senderKeys: new SenderKeys(options),
        lids: session.signal.lids,
        askLids,
        hooks,
      }),
    saveCredentials() {
      session.set([{ ...CREDENTIALS, value: JSON.stringify(creds, baileys.BufferJSON.replacer) }]);
      session.flush();
    },
    stopCiphers: () => sessions.close(),
  };
}

function personAt(jid: string, lids: LidRepository): Person {
  const phone = phoneOf(jid) ?? lids.getPn(jid.slice(0, jid.indexOf('@')));
  const lid = jid.endsWith('@lid') ? { lid: jid as Jid } : {};
  return phone === undefined
    ? { jid: jid as Jid, ...lid }
    : { jid: `${phone}@s.whatsapp.net` as Jid, ...lid, phone };
}

/** Where values of one type are kept. */
interface Table {
  get(id: string): unknown;
  put(id: string, value: unknown): void;
  delete(id: string): void;
}

/**
 * Baileys' own access to the keys. It deletes sessions behind the repository when it wants new ones: messages of the old
 * ones may still be under way, so these are only retired.
 */
function keyStore(baileys: Baileys, session: SessionStore, sessions: Sessions): AuthenticationState['keys'] {
  const tables = signalTables(session.signal);
  const tableOf = (type: string) => tables[type] ?? textTable(baileys, session, type);
  const openSession = (address: string) => sessions.current(address) && session.signal.sessions.get(address);
  return {
    get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]) {
      const get = type === 'session' ? openSession : tableOf(type).get;
      const values: { [id: string]: SignalDataTypeMap[T] } = {};
      for (const id of ids) {
        const value = get(id);
        if (value !== undefined) values[id] = value as SignalDataTypeMap[T];
      }
      return values;
    },
    async set({ session: records = {}, ...others }) {
      session.transaction(() => {
        for (const [type, values] of Object.entries(others)) {
          const table = tableOf(type);
          for (const [id, value] of Object.entries(values)) {
            if (value === null || value === undefined) table.delete(id);
            else table.put(id, value);
          }
        }
      });
      const gone = Object.keys(records).filter((address) => !records[address]);
      await sessions.retire(gone);
      for (const [address, record] of Object.entries(records))
        if (record) await sessions.put(address, record);
    },
  };
}

const REVERSE = '_reverse';

/** The types that the ciphers read, too. */
function signalTables({
  senderKeys,
  identities,
  preKeys,
  lids,
}: SignalStore): Partial<Record<string, Table>> {
  return {
    'sender-key': senderKeys as Table,
    'identity-key': identities as Table,
    'pre-key': {
      get: (id) => preKeys.get(Number(id)),
      put: (id, pair) => preKeys.put(Number(id), pair as SignalDataTypeMap['pre-key']),
      delete: (id) => preKeys.delete(Number(id)),
    },
    // One table serves both directions, so that what is written backwards has been written already.
    'lid-mapping': {
      get: (id) => (id.endsWith(REVERSE) ? lids.getPn(id.slice(0, -REVERSE.length)) : lids.get(id)),
      put: (id, lid) => !id.endsWith(REVERSE) && lids.put(id, lid as string),
      delete: (id) => !id.endsWith(REVERSE) && lids.delete(id),
    },
  };
}

/** Everything else is kept as text. */
function textTable({ BufferJSON, proto }: Baileys, session: SessionStore, type: string): Table {
  return {
    get(id) {
      const text = session.get(type, [id]).get(id);
      if (text === undefined) return undefined;
      const value: unknown = JSON.parse(text, BufferJSON.reviver);
      return type === 'app-state-sync-key'
        ? proto.Message.AppStateSyncKeyData.fromObject(value as Record<string, unknown>)
        : value;
    },
    put(id, value) {
      session.set([{ type, id, value: JSON.stringify(value, BufferJSON.replacer) }]);
    },
    delete(id) {
      session.set([{ type, id, value: undefined }]);
    },
  };
}
