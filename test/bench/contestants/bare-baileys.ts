import {
  type AuthenticationState,
  downloadMediaMessage,
  makeWASocket,
  type WAMessage,
  type WASocket,
} from '@whiskeysockets/baileys';
import type { Contestant, Listener, Place } from './contestant.js';
import { silentLogger } from './silent-logger.js';

/** Where bare Baileys keeps its keys, and what is done with messages. */
export interface BareStorage {
  load(folder: string): Promise<void>;
  /** Names of the devices that were linked. */
  devices(folder: string): Promise<string[]>;
  auth(folder: string, device: string): Promise<{ state: AuthenticationState; saveCreds(): Promise<void> }>;
  /** Keeps messages; `then` is called when they are kept. */
  keep(folder: string, messages: unknown[], then: () => void): void;
  close(folder: string): Promise<void>;
}

interface BareDevice {
  socket: WASocket;
  isOver: boolean;
}

/** Baileys as it comes, wired up as its own example does it; what it keeps is up to `storage`. */
export function bareBaileys(storage: BareStorage): Contestant {
  // libsignal prints sessions, keys and all, whenever it closes one.
  console.info = () => undefined;
  const devices = new Map<string, BareDevice>();
  let place: Place = { folder: '', endpoint: { ws: '', noiseRootPublicKey: '' } };
  let listener: Listener = { onMessage: () => undefined, onHistory: () => undefined };
  /** Those with a file, by their id. */
  const withFile = new Map<string, WAMessage>();
  const past = new Set<string>();

  async function dial(name: string, onQr: (qr: string) => void = () => undefined): Promise<void> {
    const { state, saveCreds } = await storage.auth(place.folder, name);
    await new Promise<void>((resolve, reject) => {
      const connect = () => {
        const socket = makeWASocket({
          auth: state,
          logger: silentLogger,
          waWebSocketUrl: place.endpoint.ws,
          // The two settings of Wharf's that change what there is to do.
          markOnlineOnConnect: false,
          syncFullHistory: false,
        });
        const device: BareDevice = { socket, isOver: false };
        devices.set(name, device);
        socket.ev.on('creds.update', saveCreds);
        socket.ev.on('messages.upsert', ({ messages }) => {
          const received = messages.filter(({ key, message }) => !key.fromMe && message);
          if (received.length === 0) return;
          storage.keep(place.folder, received, () => {
            for (const { key } of received) if (key.id) listener.onMessage(key.id);
          });
          for (const message of received)
            if (message.message?.documentMessage && message.key.id) withFile.set(message.key.id, message);
        });
        socket.ev.on('messaging-history.set', ({ messages }) => {
          // The last few of each chat come twice.
          const anew = messages.filter(({ key }) => key.id && !past.has(key.id));
          for (const { key } of anew) past.add(key.id as string);
          storage.keep(place.folder, anew, () => listener.onHistory(anew.length));
        });
        socket.ev.on('connection.update', ({ connection, qr, lastDisconnect }) => {
          if (qr) onQr(qr);
          if (connection === 'open') resolve();
          if (connection !== 'close' || device.isOver) return;
          device.isOver = true;
          const error = lastDisconnect?.error as { output?: { statusCode?: number } } | undefined;
          // Pairing ends with a restart.
          if (error?.output?.statusCode === 515) connect();
          else reject(lastDisconnect?.error ?? new Error('The connection was closed.'));
        });
      };
      connect();
    });
  }

  const contestant: Contestant = {
    load: ({ folder }) => storage.load(folder),
    async open(where, hears) {
      place = where;
      listener = hears;
    },
    async restore(where, hears) {
      await contestant.open(where, hears);
      const names = await storage.devices(where.folder);
      await Promise.all(names.map((name) => dial(name)));
    },
    async pair(names, onQr) {
      await Promise.all(names.map((name) => dial(name, (qr) => onQr(name, qr))));
    },
    connect: (name) => dial(name),
    async send(name, phone, text) {
      await devices.get(name)?.socket.sendMessage(`${phone}@s.whatsapp.net`, { text });
    },
    async download(_device, messageId) {
      const message = withFile.get(messageId);
      if (!message) throw new Error(`There is no file in ${messageId}.`);
      await downloadMediaMessage(message, 'buffer', {});
    },
    async close() {
      for (const device of devices.values()) {
        device.isOver = true;
        await device.socket.end(undefined);
      }
      await storage.close(place.folder);
    },
  };
  return contestant;
}
