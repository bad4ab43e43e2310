import type { BinaryNode, WAMessageKey, WASocket } from '@whiskeysockets/baileys';
import { bounds } from '../../bounds.js';
import type { SessionStore } from '../../store/store.js';
import { bareJid } from '../../types/ids.js';
import type { Clock } from '../../util/clock.js';
import { hashOf } from '../signal/kept-plaintext.js';
import type { Baileys } from './load.js';

/** A stanza that brought nothing to store on so many connections never will. One that was cut short does not count. */
const REPLAYS = 4;

/**
 * Keeps every encrypted message from its arrival until what it says is stored: Baileys confirms it to the server before.
 *
 * What a crash has left over is fed through again on the next connection; the Signal side recalls what it had decrypted.
 */
export class InboxJournal {
  /** The hashes of the ciphertexts in each open entry. */
  readonly #open = new Map<string, Uint8Array[]>();
  /** Entries whose stanza has come in another encryption since, because the first could not be read. */
  readonly #renewed = new Set<string>();
  readonly #replayed = new Set<string>();
  #isReplaying = false;
  #onDrained: () => void = () => undefined;
  #cancelPatience: () => void = () => undefined;

  constructor(
    private readonly baileys: Baileys,
    private readonly socket: WASocket,
    private readonly session: SessionStore,
    private readonly clock: Clock,
  ) {
    // Before Baileys' own listener, and on disk before that gives way at its first await.
    listenFirst(socket, (stanza) => {
      const ciphertexts = ciphertextsOf(stanza);
      if (this.#isReplaying || ciphertexts.length === 0) return;
      const key = keyOfStanza(stanza);
      session.journal.put(key, baileys.encodeBinaryNode(stanza));
      const hashes = ciphertexts.map(hashOf);
      const before = this.#open.get(key);
      if (before && !areSame(before, hashes)) this.#renewed.add(key);
      this.#open.set(key, hashes);
    });
  }

  /** Feeds what is left over through again; resolves when all of it is stored, or in vain. For a connection that is logged in. */
  async replay(): Promise<void> {
    const stanzas: BinaryNode[] = [];
    for (const { key, stanza: bytes, replays } of this.session.journal.getAll()) {
      // Came over this connection, and is being worked on.
      if (this.#open.has(key)) continue;
      if (replays >= REPLAYS) {
        this.session.journal.delete(key);
        continue;
      }
      const stanza = await this.baileys.decodeBinaryNode(Buffer.from(bytes));
      this.#open.set(key, ciphertextsOf(stanza).map(hashOf));
      this.#replayed.add(key);
      stanzas.push(stanza);
    }
    if (stanzas.length === 0) return;
    const drained = new Promise<void>((resolve) => {
      this.#onDrained = resolve;
    });
    this.#cancelPatience = this.clock.after(bounds.syncMs, () => this.#giveUp());
    this.#isReplaying = true;
    for (const stanza of stanzas) this.socket.ws.emit('CB:message', stanza);
    this.#isReplaying = false;
    await drained;
    this.#cancelPatience();
  }

  /** The connection is over: whatever is left waits for the next one. */
  close(): void {
    this.#cancelPatience();
  }

  #giveUp(): void {
    for (const key of this.#replayed) this.session.journal.countReplay(key);
    this.#onDrained();
  }

  /** What a message said is stored, or there is nothing in it to store. */
  settle({ id, remoteJid, participant }: WAMessageKey): void {
    this.#settle(keyOf(id, remoteJid, participant));
  }

  /**
   * A message could not be read, and was asked for again.
   *
   * Baileys says so later than it asks. What has come in the meantime is another stanza, and not stored yet.
   */
  settleUnreadable(key: WAMessageKey): void {
    if (!this.#renewed.has(keyOf(key.id, key.remoteJid, key.participant))) this.settle(key);
  }

  /** A ciphertext came again whose message was stored before. */
  settleDuplicate(ciphertextHash: Uint8Array): void {
    for (const [key, hashes] of this.#open) {
      if (hashes.some((hash) => areSame([hash], [ciphertextHash]))) this.#settle(key);
    }
  }

  #settle(key: string): void {
    const { journal, signal, transaction } = this.session;
    const hashes = this.#open.get(key);
    if (!hashes) return;
    transaction(() => {
      journal.delete(key);
      for (const hash of hashes) signal.plaintexts.delete(hash);
    });
    this.#open.delete(key);
    this.#renewed.delete(key);
    this.#replayed.delete(key);
    if (this.#replayed.size === 0) this.#onDrained();
  }
}

function listenFirst({ ws }: WASocket, listener: (stanza: BinaryNode) => void): void {
  (ws as unknown as NodeJS.EventEmitter).prependListener('CB:message', listener);
}

function ciphertextsOf({ content }: BinaryNode): Uint8Array[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap(({ tag, attrs, content: bytes }) =>
    tag === 'enc' && attrs.type !== 'msmsg' && bytes instanceof Uint8Array ? [bytes] : [],
  );
}

function areSame(one: Uint8Array[], other: Uint8Array[]): boolean {
  return Buffer.concat(one).equals(Buffer.concat(other));
}

function keyOfStanza({ attrs }: BinaryNode): string {
  return keyOf(attrs.id, attrs.recipient ?? attrs.from, attrs.participant);
}

/** The message as Baileys will call it: ids are unique in a chat, for each sender. */
function keyOf(id: string | null | undefined, chat?: string | null, sender?: string | null): string {
  return [id, bareJid(chat ?? ''), bareJid(sender ?? '')].join(' ');
}
