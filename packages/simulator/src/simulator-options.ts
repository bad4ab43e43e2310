import type { QrLifetime } from './handlers/qr-refs.js';
import type { HistoryTransport } from './history/send-history.js';
import type { Logger } from './logger.js';

/** How to start a simulator. */
export interface SimulatorOptions {
  /** TCP port on 127.0.0.1; 0 (the default) takes a free one. */
  port?: number;
  /** TCP port of the media host on 127.0.0.1; by default the one after `port`, or any free one if that is taken. */
  mediaPort?: number;
  /** Folder that keeps everything across restarts; without it the simulator forgets all when it stops. */
  dataDir?: string;
  /** How long a virtual phone takes to confirm a message, and then to read it; 200 by default. Milliseconds. */
  receiptDelayMs?: number;
  /** How long clients show their QR codes: 60 s the first, 20 s each of the other five. */
  qrLifetime?: QrLifetime;
  /** How new devices get the history of the chats: in the notice itself by default. */
  history?: HistoryTransport;
  /** Whether devices that ask for a snapshot of app state get one; by default they get patches. */
  appStateSnapshots?: boolean;
  logger?: Logger;
}

/** Where a client connects to, and what it must trust there. */
export interface SimulatorEndpoint {
  /** The chat server, such as `ws://127.0.0.1:8383/ws/chat`. */
  ws: string;
  /** The control API and the page, such as `http://127.0.0.1:8383`. */
  http: string;
  /** The public key (32 bytes, hex) of the root that vouches for the server. */
  noiseRootPublicKey: string;
  /** The media host, such as `https://127.0.0.1:8384`. */
  media: string;
  /** The file with the certificate of the media host's test CA; `NODE_EXTRA_CA_CERTS` takes it. */
  ca: string;
}
