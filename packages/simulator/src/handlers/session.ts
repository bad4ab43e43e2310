import type { Companion } from '../accounts/device.js';
import type { Directory } from '../accounts/directory.js';
import { SERVER_JID } from '../stanza/jid.js';
import { type Stanza, stanza } from '../stanza/node.js';
import type { Connection } from '../wire/connection.js';

/** A logged-in client: its device, its connection, and the means to answer it. */
export class ClientSession {
  readonly connection: Connection;
  readonly companion: Companion;
  readonly directory: Directory;
  readonly #reportUnknown: (stanza: Stanza) => void;

  constructor(connection: Connection, companion: Companion, reportUnknown: (stanza: Stanza) => void) {
    this.connection = connection;
    this.companion = companion;
    this.directory = companion.account.directory;
    this.#reportUnknown = reportUnknown;
  }

  /** Answers a query with a result. */
  answer(iq: Stanza, content?: Stanza[]): void {
    this.connection.send(stanza('iq', { from: SERVER_JID, type: 'result', id: iq.attrs.id }, content));
  }

  /** Answers a query with an error; the client's promise rejects with this code and text. */
  refuse(iq: Stanza, code: number, text: string): void {
    const error = stanza('error', { code, text });
    this.connection.send(stanza('iq', { from: SERVER_JID, type: 'error', id: iq.attrs.id }, [error]));
  }

  /** Counts and logs something the simulator does not understand; a query still gets an empty result. */
  unknown(unknown: Stanza): void {
    this.#reportUnknown(unknown);
    if (isQuery(unknown)) this.answer(unknown);
  }
}

/** What one tag or one namespace of queries does. It must not throw for anything a client may send. */
export type Handler = (stanza: Stanza, session: ClientSession) => void;

/** Whether a stanza is a question that needs an answer. */
export function isQuery(candidate: Stanza): boolean {
  return candidate.tag === 'iq' && (candidate.attrs.type === 'get' || candidate.attrs.type === 'set');
}
