import { EventEmitter, once } from 'node:events';
import Long from 'long';
import type { WaAuthCredentials } from 'zapo-js/auth';
import type { WaClient, WaClientEventMap } from 'zapo-js/client';
import type { Simulator } from './simulator.js';

// zapo's protobufs look for Long by require(), which the test runner answers with the ESM form of it.
Object.assign(globalThis, { Long });
const { createStore } = await import('zapo-js/store');
const { WaClient: Client } = await import('zapo-js/client');

const WAIT_MS = 10_000;
const WATCHED = [
  'auth_qr',
  'auth_paired',
  'connection_success',
  'connection',
  'message',
  'message_receipt',
  'failure',
  'client_error',
  'notification',
] as const;

type EventName = (typeof WATCHED)[number];
type EventOf<K extends EventName> = Parameters<WaClientEventMap[K]>[0];
type Seen = { [K in EventName]: { name: K; value: EventOf<K> } }[EventName];

const silentLogger = {
  level: 'error' as const,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};

/** Every zapo client made so far, to be disconnected at the end of a test. */
export const zapoClients = new Set<TestZapo>();

/** A client that shares no code with Baileys, zapo-js, with everything it keeps in memory. */
export class TestZapo {
  readonly client: WaClient;
  readonly events: Seen[] = [];
  /** What it would keep on disk. */
  credentials: WaAuthCredentials | null = null;
  readonly #changes = new EventEmitter();

  constructor({ endpoint }: Simulator) {
    zapoClients.add(this);
    const auth = {
      load: async () => this.credentials,
      save: async (credentials: WaAuthCredentials) => {
        this.credentials = credentials;
      },
      clear: async () => {
        this.credentials = null;
      },
    };
    const store = createStore({
      backends: { own: { stores: { auth: () => auth }, caches: {} } as never },
      providers: { auth: 'own' },
    });
    this.client = new Client(
      {
        store,
        sessionId: 'test',
        messageAckTimeoutMs: 500,
        messageRetryDelayMs: 10,
        chatSocketUrls: [endpoint.ws],
        testHooks: {
          noiseRootCa: { publicKey: Buffer.from(endpoint.noiseRootPublicKey, 'hex'), serial: 0 },
        },
      },
      silentLogger,
    );
    for (const name of WATCHED) {
      this.client.on(name as string, (value: unknown) => {
        this.events.push({ name, value } as Seen);
        this.#changes.emit('change');
      });
    }
  }

  /** Waits until something can be found, looking again after every event. */
  async until<T>(what: string, find: () => T | undefined | false): Promise<T> {
    const signal = AbortSignal.timeout(WAIT_MS);
    for (;;) {
      const found = find();
      if (found) return found;
      await once(this.#changes, 'change', { signal }).catch(() => {
        throw new Error(
          `zapo did not get ${what} within ${WAIT_MS} ms; it saw ${this.events.map(({ name, value }) => (name === 'client_error' ? String(value.error) : name)).join()}.`,
        );
      });
    }
  }

  #of<K extends EventName>(name: K): EventOf<K>[] {
    return this.events.filter((event) => event.name === name).map(({ value }) => value as EventOf<K>);
  }

  qr(): Promise<string> {
    return this.until('a QR', () => this.#of('auth_qr').at(-1)?.qr);
  }

  /** Waits for the n-th `<success/>`. */
  async loggedIn(times = 1): Promise<void> {
    await this.until(`login ${times}`, () => this.#of('connection_success').length >= times);
  }

  message(text: string): Promise<EventOf<'message'>> {
    return this.until(`the message "${text}"`, () =>
      this.#of('message').find(
        ({ message }) => (message?.conversation ?? message?.extendedTextMessage?.text) === text,
      ),
    );
  }

  async disconnect(): Promise<void> {
    await this.client.disconnect().catch(() => {});
  }
}

/** A zapo client that has been paired and is logged in. */
export async function pairedZapo(simulator: Simulator, phone: string, name: string): Promise<TestZapo> {
  const zapo = new TestZapo(simulator);
  await zapo.client.connect();
  await simulator.scan(await zapo.qr(), { phone, name });
  await zapo.loggedIn();
  return zapo;
}
