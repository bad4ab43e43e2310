import type { AuthenticationCreds, AuthenticationState, SignalDataTypeMap } from '@whiskeysockets/baileys';
import type { SessionStore } from '../../store/store.js';
import type { Baileys } from './load.js';

const CREDENTIALS = { type: 'creds', id: 'creds' };

/** The credentials of a session; undefined when it has none yet. */
export function readCredentials(baileys: Baileys, session: SessionStore): AuthenticationCreds | undefined {
  const text = session.get(CREDENTIALS.type, [CREDENTIALS.id]).get(CREDENTIALS.id);
  return text === undefined
    ? undefined
    : (JSON.parse(text, baileys.BufferJSON.reviver) as AuthenticationCreds);
}

/** What Baileys needs to know between connections, kept in `session.db`. Every write is on disk when it returns. */
export function sqliteAuthState(
  baileys: Baileys,
  session: SessionStore,
): { auth: AuthenticationState; saveCredentials(): void } {
  const { BufferJSON, initAuthCreds, proto } = baileys;
  const creds = readCredentials(baileys, session) ?? initAuthCreds();
  const toText = (value: unknown) => JSON.stringify(value, BufferJSON.replacer);

  return {
    saveCredentials() {
      session.set([{ ...CREDENTIALS, value: toText(creds) }]);
    },
    auth: {
      creds,
      keys: {
        get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]) {
          const values: { [id: string]: SignalDataTypeMap[T] } = {};
          for (const [id, text] of session.get(type, ids)) {
            const value: unknown = JSON.parse(text, BufferJSON.reviver);
            values[id] = (
              type === 'app-state-sync-key'
                ? proto.Message.AppStateSyncKeyData.fromObject(value as Record<string, unknown>)
                : value
            ) as SignalDataTypeMap[T];
          }
          return values;
        },
        set(data) {
          session.set(
            Object.entries(data).flatMap(([type, values]) =>
              Object.entries(values ?? {}).map(([id, value]) => ({
                type,
                id,
                value: value === null || value === undefined ? undefined : toText(value),
              })),
            ),
          );
        },
      },
    },
  };
}
