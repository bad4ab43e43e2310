import type { BinaryNode, WAMessageKey, WASocket } from '@whiskeysockets/baileys';
import { bounds } from '../../bounds.js';
import type { SessionStore } from '../../store/store.js';
import { bareJid } from '../../types/ids.js';
import type { UndecryptableReason } from '../../types/message.js';
import type { Clock } from '../../util/clock.js';
import { hashOf } from '../signal/kept-plaintext.js';
import type { Baileys } from './load.js';
import { MessageGate } from './message-gate.js';

/** A stanza that brought nothing to store on so many connections never will. One that was cut short does not count. */
const REPLAYS = 4;

/** Baileys drops what it cannot read of a status that has expired without a word. */
const STATUS_JID = 'status@broadcast';
const STATUS_EXPIRES_MS = 24 * 3_600_000;

interface Surroundings {
  baileys: Baileys;
  socket: WASocket;
  session: SessionStore;
  clock: Clock;
  /** A message has come of which nothing more will be heard from Baileys. */
  onUnreadable(stanza: BinaryNode, reason: UndecryptableReason): void;
  /** A message has come again that was stored before: the receipt for it may have been lost with a connection. */
  onStoredBefore(stanza: BinaryNode): void;
}

/** What came in, and the hashes of its ciphertexts. */
interface Entry {
  stanza: BinaryNode;
  hashes: Uint8Array[];
}

/**
 * Keeps every message from its arrival until what it says is stored: Baileys confirms it to the server before.
 *
 * What a crash has left over is fed through again on the next connection; the Signal side recalls what it had decrypted.
 */
export class InboxJournal {
  readonly #open = new Map<string, Entry>();
  /** Entries whose stanza has come in another encryption since, because the first could not be read. */
  readonly #renewed = new Set<string>();
  /** When the stanza of a ciphertext is on disk. */
  readonly #kept = new WeakMap<Uint8Array, Promise<void>>();
  readonly #stanzas = new WeakMap<Uint8Array, BinaryNode>();
  readonly #drained = new Set<() => void>();
  readonly #replayed = new Set<string>();
  readonly #gate: MessageGate;
  #onReplayed: () => void = () => undefined;
  #isReplaying = false;
  #cancelPatience: () => void = () => undefined;

  constructor(private readonly around: Surroundings) {
    this.#gate = new MessageGate(around.socket);
    // Before Baileys' own listener, and written before that gives way at its first await.
    listenFirst(around.socket, (stanza) => {
      if (!this.#isReplaying) this.#keep(stanza);
    });
  }

  /** Feeds what is left over through again, and then lets in the backlog. For a connection that is logged in. */
  async replay(): Promise<void> {
    const { baileys, session, socket, clock, onUnreadable } = this.around;
    const stanzas: BinaryNode[] = [];
    for (const { key, stanza: bytes, replays } of session.journal.getAll()) {
      // Came over this connection, and is being worked on.
      if (this.#open.has(key)) continue;
      const stanza = await baileys.decodeBinaryNode(Buffer.from(bytes)).catch(() => undefined);
      if (stanza) this.#begin(key, stanza);
      if (stanza && replays < REPLAYS) {
        stanzas.push(stanza);
        this.#replayed.add(key);
        continue;
      }
      if (stanza) onUnreadable(stanza, 'malformed');
      else session.journal.delete(key);
    }
    this.#cancelPatience = clock.after(bounds.syncMs, () => this.#countInVain());
    const replayed = new Promise<void>((resolve) => {
      this.#onReplayed = resolve;
    });
    // Baileys would hold back what it reads until the backlog has ended, and that is held back until this has been read.
    socket.ev.flush();
    this.#isReplaying = true;
    for (const stanza of stanzas) this.#gate.pass(stanza);
    this.#isReplaying = false;
    const cancelDeadline = clock.after(bounds.drainMs, this.#onReplayed);
    if (this.#replayed.size > 0) await replayed;
    cancelDeadline();
    this.#gate.openForBacklog();
  }

  /** Lets in what is new: the backlog is in. */
  letIn(): void {
    this.#gate.open();
  }

  /** The connection is over: whatever is left waits for the next one. */
  close(): void {
    this.#gate.close();
    this.#cancelPatience();
  }

  #countInVain(): void {
    const { session } = this.around;
    if (!session.isOpen) return;
    for (const key of this.#replayed) session.journal.countReplay(key);
  }

  /** Resolves when all that came before is stored. */
  drained(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.add(resolve));
  }

  /** Resolves when the stanza with this ciphertext is on disk: its receipt must not leave before. */
  async kept(ciphertext: Uint8Array): Promise<void> {
    await this.#kept.get(ciphertext);
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
    for (const [key, { stanza, hashes }] of this.#open) {
      if (!hashes.some((hash) => areSame([hash], [ciphertextHash]))) continue;
      this.around.onStoredBefore(stanza);
      this.#settle(key);
    }
  }

  /** A ciphertext could not be read: mostly Baileys will say so. */
  fail(ciphertext: Uint8Array): void {
    const stanza = this.#stanzas.get(ciphertext);
    if (stanza?.attrs.from !== STATUS_JID) return;
    const ageMs = this.around.clock.now() - Number(stanza.attrs.t) * 1_000;
    if (ageMs > STATUS_EXPIRES_MS) this.around.onUnreadable(stanza, 'unreadable');
  }

  #keep(stanza: BinaryNode): void {
    const { baileys, session, onUnreadable } = this.around;
    if (isOnlyOnPhone(stanza)) return onUnreadable(stanza, 'unavailable');
    const ciphertexts = ciphertextsOf(stanza);
    if (ciphertexts.length === 0) return;
    const key = keyOfStanza(stanza);
    const kept = session.journal.put(key, baileys.encodeBinaryNode(stanza));
    const before = this.#open.get(key);
    this.#begin(key, stanza);
    if (before && !areSame(before.hashes, ciphertexts.map(hashOf))) this.#renewed.add(key);
    for (const ciphertext of ciphertexts) this.#kept.set(ciphertext, kept);
    // What is not encrypted is acknowledged without asking us.
    if (childrenOf(stanza).some(({ tag }) => tag === 'plaintext')) session.flush();
  }

  #begin(key: string, stanza: BinaryNode): void {
    const ciphertexts = ciphertextsOf(stanza);
    this.#open.set(key, { stanza, hashes: ciphertexts.map(hashOf) });
    for (const ciphertext of ciphertexts) this.#stanzas.set(ciphertext, stanza);
  }

  #settle(key: string): void {
    const { session } = this.around;
    const entry = this.#open.get(key);
    // What is settled after the end of the session is fed through once more, and recognised.
    if (!entry || !session.isOpen) return;
    session.transaction(() => {
      session.journal.delete(key);
      for (const hash of entry.hashes) session.signal.plaintexts.settle(hash);
    });
    this.#open.delete(key);
    this.#renewed.delete(key);
    this.#replayed.delete(key);
    if (this.#replayed.size === 0) {
      this.#cancelPatience();
      this.#onReplayed();
    }
    if (this.#open.size > 0) return;
    for (const resolve of this.#drained) resolve();
    this.#drained.clear();
  }
}

function listenFirst({ ws }: WASocket, listener: (stanza: BinaryNode) => void): void {
  (ws as unknown as NodeJS.EventEmitter).prependListener('CB:message', listener);
}

function childrenOf({ content }: BinaryNode): BinaryNode[] {
  return Array.isArray(content) ? content : [];
}

/** What only says that there is something to see on the phone, or what a bot has encrypted in its own way. */
function isOnlyOnPhone(stanza: BinaryNode): boolean {
  const children = childrenOf(stanza);
  const isForBots = children.find(({ tag }) => tag === 'enc')?.attrs.type === 'msmsg';
  return (
    isForBots || (children.some(({ tag }) => tag === 'unavailable') && ciphertextsOf(stanza).length === 0)
  );
}

function ciphertextsOf(stanza: BinaryNode): Uint8Array[] {
  return childrenOf(stanza).flatMap(({ tag, attrs, content: bytes }) =>
    (tag === 'enc' || tag === 'plaintext') && attrs.type !== 'msmsg' && bytes instanceof Uint8Array
      ? [bytes]
      : [],
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
