import type { WebSocket } from 'ws';
import type { Companion } from './accounts/device.js';
import type { Directory } from './accounts/directory.js';
import type { ServerState } from './accounts/state.js';
import type { FaultDesk } from './faults/desk.js';
import { dispatch } from './handlers/dispatch.js';
import { findLogin, logIn, refuseLogin } from './handlers/login.js';
import { PairingDesk } from './handlers/pairing.js';
import type { QrLifetime } from './handlers/qr-refs.js';
import { ClientSession } from './handlers/session.js';
import type { Logger } from './logger.js';
import type { StanzaOnTheWire } from './simulator-events.js';
import type { Stanza } from './stanza/node.js';
import { createCertificateChain } from './wire/certificate.js';
import { Connection } from './wire/connection.js';

const UNKNOWN_KEPT = 100;

/** Counts over the whole life of the server. */
export interface ChatStatistics {
  connectionsOpened: number;
  connectionsOpen: number;
  /** Handshakes in one round trip (Noise IK), by clients that remembered the server's key. */
  resumed: number;
  /** Stanzas no handler knew; a client that works in every respect leaves this at 0. */
  unknownStanzas: number;
  /** Connections that broke the protocol: bad frames, failed decryption, a handshake that never ended. */
  faults: number;
}

/** What the chat side needs to know and to tell. */
export interface ChatServerOptions {
  directory: Directory;
  keys: ServerState;
  faults: FaultDesk;
  qrLifetime: QrLifetime;
  logger: Logger;
  onConnection: (happening: { jid?: string; open: boolean }) => void;
  onStanza: (happening: StanzaOnTheWire) => void;
}

/** The chat side of the server: every WebSocket that reaches it becomes a pairing or a logged-in client. */
export class ChatServer {
  readonly pairing: PairingDesk;
  /** Descriptions of the last stanzas no handler knew. */
  readonly unknown: string[] = [];
  readonly #options: ChatServerOptions;
  readonly #certificateChain: Buffer;
  readonly #connections = new Set<Connection>();
  readonly #counts = { connectionsOpened: 0, resumed: 0, unknownStanzas: 0, faults: 0 };

  constructor(options: ChatServerOptions) {
    this.#options = options;
    this.pairing = new PairingDesk(options.qrLifetime);
    this.#certificateChain = createCertificateChain(options.keys);
  }

  get statistics(): ChatStatistics {
    return { ...this.#counts, connectionsOpen: this.#connections.size };
  }

  /** Takes over a WebSocket whose upgrade has been accepted. */
  accept(socket: WebSocket): void {
    const connection = new Connection(socket, this.#options.keys.noise, this.#certificateChain);
    const line = this.#options.faults.watch(connection);
    this.#connections.add(connection);
    const number = ++this.#counts.connectionsOpened;
    connection.on('passed', (direction, stanza) => {
      const { companion } = line;
      this.#options.onStanza({
        connection: number,
        ...(companion && { jid: companion.jid }),
        direction,
        stanza,
      });
    });
    connection.on('fault', (error) => {
      this.#counts.faults += 1;
      this.#options.logger.warn(`A client connection broke the protocol and was closed: ${error.message}`);
    });
    connection.on('close', () => this.#connections.delete(connection));
    connection.once('open', ({ payload, clientStatic, isResumed }) => {
      if (isResumed) this.#counts.resumed += 1;
      if (payload.devicePairingData)
        return this.pairing.welcome(connection, clientStatic, payload.devicePairingData);
      const companion = findLogin(this.#options.directory, payload, clientStatic);
      if (!companion) return refuseLogin(connection);
      line.companion = companion;
      const refusal = line.loginRefusal();
      if (refusal) return connection.end(refusal);
      this.#serve(connection, companion, payload.passive ?? false);
    });
  }

  /** Drops every connection at once. */
  close(): void {
    for (const connection of this.#connections) connection.terminate();
  }

  #serve(connection: Connection, companion: Companion, isPassive: boolean): void {
    const session = new ClientSession(connection, companion, (stanza) => this.#noteUnknown(stanza));
    connection.on('stanza', (stanza) => dispatch(stanza, session));
    connection.on('close', () => this.#options.onConnection({ jid: companion.jid, open: false }));
    logIn(companion, connection, isPassive);
    this.#options.onConnection({ jid: companion.jid, open: true });
  }

  #noteUnknown({ tag, attrs, content }: Stanza): void {
    this.#counts.unknownStanzas += 1;
    const children = Array.isArray(content) ? content.map((child) => `<${child.tag}>`).join(' ') : '';
    const description = `<${tag} xmlns='${attrs.xmlns ?? ''}' type='${attrs.type ?? ''}'> ${children}`.trim();
    this.unknown.push(description);
    this.unknown.splice(0, this.unknown.length - UNKNOWN_KEPT);
    this.#options.logger.warn(`No handler for ${description}`);
  }
}
