import { EventEmitter, once } from 'node:events';
import {
  type AnyMessageContent,
  type AuthenticationState,
  type BaileysEventMap,
  initAuthCreds,
  makeWASocket,
  type proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type UserFacingSocketConfig,
  type WAMessage,
  type WASocket,
} from '@whiskeysockets/baileys';
import type { Simulator } from './simulator.js';

const WAIT_MS = 10_000;

/** Every client made so far, to be disconnected at the end of a test. */
export const connectedClients = new Set<TestClient>();

/**
 * An unmodified Baileys client with its credentials in memory, for the simulator's own tests.
 *
 * It restarts by itself after 515, as applications do; any other close is left to the test.
 */
export class TestClient {
  /** Every event of every socket, in order. */
  readonly events: {
    [K in keyof BaileysEventMap]: { name: K; value: BaileysEventMap[K] };
  }[keyof BaileysEventMap][] = [];
  readonly #changes = new EventEmitter();
  readonly #sent = new Map<string, proto.IMessage>();
  #socket: WASocket | undefined;

  /** `auth`: the credentials of another client, to be its twin. */
  constructor(
    public ws: string,
    readonly auth = createMemoryAuth(),
    /** Settings of Baileys that a test wants to be different. */
    readonly config: Partial<UserFacingSocketConfig> = {},
  ) {
    connectedClients.add(this);
  }

  /** Opens a socket; with credentials it logs in, without it shows a QR. */
  connect(): this {
    const socket = makeWASocket({
      waWebSocketUrl: this.ws,
      auth: this.auth,
      version: [2, 3000, 1],
      logger: silentBaileysLogger,
      ...this.config,
      getMessage: async ({ id }) => (id ? this.#sent.get(id) : undefined),
    });
    this.#socket = socket;
    socket.ev.process((events) => {
      for (const [name, value] of Object.entries(events)) {
        this.events.push({ name, value } as (typeof this.events)[number]);
      }
      if (events['creds.update']) Object.assign(this.auth.creds, events['creds.update']);
      if (codeOf(events['connection.update']) === 515) this.connect();
      this.#changes.emit('change');
    });
    return this;
  }

  get socket(): WASocket {
    if (!this.#socket) throw new Error('connect first');
    return this.#socket;
  }

  /** Waits until something can be found, looking again after every event. */
  async until<T>(what: string, find: () => T | undefined | false): Promise<T> {
    const signal = AbortSignal.timeout(WAIT_MS);
    for (;;) {
      const found = find();
      if (found) return found;
      await once(this.#changes, 'change', { signal }).catch(() => {
        throw new Error(`The client did not get ${what} within ${WAIT_MS} ms.`);
      });
    }
  }

  get messages(): WAMessage[] {
    return this.events.flatMap((event) => (event.name === 'messages.upsert' ? event.value.messages : []));
  }

  qr(): Promise<string> {
    return this.until('a QR', () => this.#updates().findLast(({ qr }) => qr)?.qr);
  }

  /** Waits until the socket that is current when it is called is open. */
  open(): Promise<true> {
    const since = this.events.length;
    return this.until('open', () => this.#updates(since).some(({ connection }) => connection === 'open'));
  }

  /** Waits for a close other than 515 and returns its code. */
  closed(): Promise<number> {
    return this.until('closed', () =>
      this.#updates()
        .map(codeOf)
        .findLast((code) => code !== undefined && code !== 515),
    );
  }

  message(text: string): Promise<WAMessage> {
    return this.until(`the message "${text}"`, () =>
      this.messages.find((message) => textOf(message) === text),
    );
  }

  received(id: string): Promise<WAMessage> {
    return this.until(`message ${id}`, () =>
      this.messages.find(({ key, message }) => key.id === id && message),
    );
  }

  /** Waits until a message that it sent has got as far as this `proto.WebMessageInfo.Status`. */
  async status(id: string, status: number): Promise<void> {
    await this.until(`status ${status} of ${id}`, () =>
      this.events.some(
        (event) =>
          (event.name === 'messages.update' &&
            event.value.some(({ key, update }) => key.id === id && (update.status ?? 0) >= status)) ||
          (event.name === 'messages.upsert' &&
            event.value.messages.some(({ key, status: known }) => key.id === id && (known ?? 0) >= status)),
      ),
    );
  }

  /** Sends a text and returns its id. */
  async send(jid: string, text: string): Promise<string> {
    const sent = await this.socket.sendMessage(jid, { text });
    const id = sent?.key.id;
    if (!id || !sent.message) throw new Error('Baileys sent nothing');
    this.#sent.set(id, sent.message);
    return id;
  }

  async sendContent(jid: string, content: AnyMessageContent): Promise<WAMessage & { key: { id: string } }> {
    const sent = await this.socket.sendMessage(jid, content);
    if (!sent?.key.id) throw new Error('Baileys sent nothing');
    return sent as WAMessage & { key: { id: string } };
  }

  /** Makes the next messages to a person unreadable: they are encrypted for a session that the person does not have. */
  async spoilSession(lid: string): Promise<void> {
    const address = this.socket.signalRepository.jidToSignalProtocolAddress(lid);
    const stored = (await this.auth.keys.get('session', [address]))[address];
    const record = JSON.parse(JSON.stringify(stored)) as {
      _sessions: Record<
        string,
        { currentRatchet: { rootKey: string }; _chains: Record<string, { chainKey: { key?: string } }> }
      >;
    };
    for (const { _chains: chains } of Object.values(record._sessions)) {
      for (const { chainKey } of Object.values(chains)) chainKey.key = Buffer.alloc(32, 7).toString('base64');
    }
    await this.auth.keys.set({ session: { [address]: record as never } });
  }

  /** Loses every Signal session, as after a restored backup. */
  async forgetSessions(): Promise<void> {
    await this.auth.keys.clear?.();
  }

  /** Drops the socket without a word to the server. */
  disconnect(): void {
    this.#socket?.end(undefined);
  }

  #updates(since = 0): BaileysEventMap['connection.update'][] {
    return this.events
      .slice(since)
      .flatMap((event) => (event.name === 'connection.update' ? event.value : []));
  }
}

/** A client that has been paired and is open. */
export async function pairedClient(
  simulator: Simulator,
  phone: string,
  name = `Phone ${phone}`,
): Promise<TestClient> {
  const client = new TestClient(simulator.endpoint.ws).connect();
  const qr = await client.qr();
  await simulator.scan(qr, { phone, name });
  await client.open();
  return client;
}

/** The text of a message, wherever it is kept. */
export function textOf({ message }: WAMessage): string | undefined {
  return message?.conversation ?? message?.extendedTextMessage?.text ?? undefined;
}

function codeOf(update: Partial<BaileysEventMap['connection.update']> | undefined): number | undefined {
  if (update?.connection !== 'close') return undefined;
  const error = update.lastDisconnect?.error as { output?: { statusCode?: number } } | undefined;
  return error?.output?.statusCode;
}

function createMemoryAuth(): AuthenticationState {
  const entries = new Map<string, unknown>();
  return {
    creds: initAuthCreds(),
    keys: {
      get: async <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
        const found: Record<string, SignalDataTypeMap[T]> = {};
        for (const id of ids) {
          const value = entries.get(`${type}:${id}`);
          if (value) found[id] = value as SignalDataTypeMap[T];
        }
        return found;
      },
      set: async (data: SignalDataSet) => {
        for (const [type, values] of Object.entries(data)) {
          for (const [id, value] of Object.entries(values)) {
            if (value === null) entries.delete(`${type}:${id}`);
            else entries.set(`${type}:${id}`, value);
          }
        }
      },
      // Called by the tests only: Baileys never clears.
      clear: async () => {
        for (const key of entries.keys()) if (key.startsWith('session:')) entries.delete(key);
      },
    },
  };
}

export const silentBaileysLogger = {
  level: 'silent',
  child: () => silentBaileysLogger,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
