import type { AuthenticationCreds, BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { bareJid } from '../../types/ids.js';
import type { Pulse } from '../wire.js';

/**
 * Baileys' own keep-alive is put off for as long as a timer can be (24 days): it believes every answer to a ping, and goes
 * by the time of day, so that setting the clock would end every connection, or never one again.
 */
export const NO_KEEP_ALIVE_MS = 2 ** 31 - 1;

const SERVER = '@s.whatsapp.net';
const PUSHES = ['message', 'receipt', 'notification', 'presence', 'chatstate', 'call'];

/** The signs of life of one connection. */
export class BaileysPulse implements Pulse {
  #pushCount = 0;
  #messageCount = 0;

  constructor(
    private readonly socket: WASocket,
    private readonly creds: AuthenticationCreds,
  ) {
    for (const tag of PUSHES)
      socket.ws.on(`CB:${tag}`, () => {
        this.#pushCount += 1;
      });
    socket.ev.on('messages.upsert', () => {
      this.#messageCount += 1;
    });
  }

  get pushCount(): number {
    return this.#pushCount;
  }

  get messageCount(): number {
    return this.#messageCount;
  }

  ping(): Promise<unknown> {
    const attrs = { to: SERVER, type: 'get', xmlns: 'w:p' };
    return this.#roundTrip({ tag: 'iq', attrs, content: [{ tag: 'ping', attrs: {} }] });
  }

  /** A receipt to ourselves, of the kind by which a companion tells its phone that it has a message: here, one there never was. */
  echo(): Promise<unknown> {
    const to = bareJid(this.creds.me?.id ?? '');
    return this.#roundTrip({ tag: 'receipt', attrs: { to, type: 'peer_msg' } });
  }

  caughtUp(): Promise<unknown> {
    return this.socket.messageMutex.mutex(async () => undefined);
  }

  /** Resolves when the server answers, be it with an error. It sets no timer, which would outlive the connection. */
  async #roundTrip({ attrs, ...stanza }: BinaryNode): Promise<unknown> {
    const id = this.socket.generateMessageTag();
    const answer = new Promise((resolve) => this.socket.ws.once(`TAG:${id}`, resolve));
    await this.socket.sendNode({ ...stanza, attrs: { ...attrs, id } });
    return answer;
  }
}
