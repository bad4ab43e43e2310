import type { AuthenticationCreds, BinaryNode, WAMessage, WASocket } from '@whiskeysockets/baileys';
import type { SessionStore } from '../../store/store.js';
import type { Person, UndecryptableReason } from '../../types/message.js';
import type { Clock } from '../../util/clock.js';
import type { WireEvent } from '../wire.js';
import { InboxJournal } from './inbox-journal.js';
import { incomingTurns } from './incoming-turns.js';
import type { Baileys } from './load.js';
import { readEnvelope, readFailure, readMessage } from './read-message.js';
import { ReceiptAgain } from './receipt-again.js';

interface Surroundings {
  baileys: Baileys;
  socket: WASocket;
  session: SessionStore;
  clock: Clock;
  creds: AuthenticationCreds;
  own(): Person;
  emit(event: WireEvent): boolean;
  /** A message of the own phone to this device. It is confirmed for good when this returns. */
  onPeer(raw: WAMessage): void;
  /** What came in could not be stored: going on as if nothing had happened would lose it. */
  onNotStored(): void;
}

/** The messages that come over one connection: each is told once, or why it cannot be read, and kept until that is stored. */
export class Incoming {
  readonly #journal: InboxJournal;

  constructor(private readonly around: Surroundings) {
    const receipts = new ReceiptAgain(around);
    this.#journal = new InboxJournal({
      ...around,
      onStoredBefore: (stanza) => receipts.send(stanza),
      onUnreadable: (stanza, reason) => this.#tell(this.#rawOf(stanza), reason, false),
    });
  }

  /** Takes a message as Baileys hands it over. */
  take(raw: WAMessage, isOffline: boolean): void {
    try {
      this.#tell(raw, readFailure(this.around.baileys, raw), isOffline);
    } catch {
      // What is sent to us must not be able to end the connection.
      this.#tell(raw, 'malformed', isOffline);
    }
  }

  /** Feeds through again what the last process left over. */
  replay(): Promise<void> {
    return this.#journal.replay();
  }

  /** Takes what is new as well: the backlog is in. */
  letIn(): void {
    this.#journal.letIn();
  }

  /** The connection is over. */
  close(): void {
    this.#journal.close();
  }

  /** Resolves when all that came before is stored. */
  drained(): Promise<void> {
    return this.#journal.drained();
  }

  /** Resolves when a message may be confirmed; lets others in when many come at once. */
  async decrypted(ciphertext: Uint8Array): Promise<void> {
    await this.#journal.kept(ciphertext);
    await incomingTurns.giveWay();
  }

  failed(ciphertext: Uint8Array): void {
    this.#journal.fail(ciphertext);
  }

  duplicate(ciphertextHash: Uint8Array): void {
    this.#journal.settleDuplicate(ciphertextHash);
  }

  #tell(raw: WAMessage, reason: UndecryptableReason | undefined, isOffline: boolean): void {
    const { baileys, own, emit, onPeer, onNotStored, session } = this.around;
    const settle = (isStored: boolean) => {
      if (!isStored) onNotStored();
      // One that cannot be read is asked for again, and comes as a new stanza, perhaps before we hear of it.
      else if (reason) this.#journal.settleUnreadable(raw.key);
      else this.#journal.settle(raw.key);
    };
    const envelope = readEnvelope(raw, own(), (lid) => session.signal.lids.getPn(lid));
    const isPeer = (raw as { category?: string }).category === 'peer';
    if (isPeer) onPeer(raw);
    if (!envelope || isPeer) return settle(true);
    if (reason) {
      emit({ type: 'undecryptable', message: { ...envelope, reason }, settle });
      return;
    }
    const told = readMessage(baileys, raw, envelope, isOffline, own());
    if (told) emit({ ...told, settle });
    else settle(true);
  }

  /** A stanza as Baileys would hand it over. */
  #rawOf(stanza: BinaryNode): WAMessage {
    const { baileys, creds } = this.around;
    try {
      return baileys.decodeMessageNode(stanza, creds.me?.id ?? '', creds.me?.lid ?? '').fullMessage;
    } catch {
      const { id, from, participant, t } = stanza.attrs;
      return { key: { id, remoteJid: from, participant }, messageTimestamp: Number(t) } as WAMessage;
    }
  }
}
