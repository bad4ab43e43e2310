import type { Boom } from '@hapi/boom';
import type { AuthenticationCreds, ConnectionState, WAMessageKey, WASocket } from '@whiskeysockets/baileys';
import { bounds } from '../../bounds.js';
import { isWharfError } from '../../errors/errors.js';
import { accountPerson } from '../../types/device.js';
import { bareJid, isGroupJid, type MessageId } from '../../types/ids.js';
import type { Person } from '../../types/message.js';
import { withDeadline } from '../../util/deadline.js';
import type { MediaWire } from '../media.js';
import type { Queries } from '../queries.js';
import { type Bridge, loadBridge } from '../signal/bridge.js';
import type { CloseCode, Pulse, Wire, WireEvent, WireOptions, WrittenMessage } from '../wire.js';
import { listenToAppState } from './app-state.js';
import { sqliteAuthState } from './auth-state.js';
import { banEnd } from './ban-end.js';
import { browserFor } from './browser.js';
import { capturingRejections } from './capturing-rejections.js';
import { CheckedNumbers } from './checked-numbers.js';
import { coalesceWrites } from './coalesced-writes.js';
import { sendMessage } from './content/send-message.js';
import { GroupMembers } from './group-members.js';
import { type HistorySync, openHistorySync } from './history/history-sync.js';
import { HistoryNotices } from './history/notices.js';
import { Incoming } from './incoming.js';
import { KeyTransactions } from './key-transactions.js';
import { type Baileys, loadBaileys, trustEndpoint } from './load.js';
import { BaileysMedia } from './media.js';
import { MissingKeys } from './missing-keys.js';
import { pairedAccount } from './paired-account.js';
import { requestPairingCode } from './pairing-code.js';
import { portionReads } from './portioned-reads.js';
import { BaileysPulse, NO_KEEP_ALIVE_MS } from './pulse.js';
import { baileysQueries } from './queries/queries.js';
import { readCall } from './read-call.js';
import { readDelivery } from './read-delivery.js';
import { listenToPresence } from './read-presence.js';
import { renewIfRestored } from './renew-if-restored.js';
import { sendError } from './send-error.js';
import { forgetSentMessages, sentMessage } from './sent-message.js';
import { silentBaileysLogger } from './silent-logger.js';
import { Staggered } from './staggered.js';
import { hearUnbuffered } from './unbuffered.js';
import { webVersion } from './web-version.js';

/** A QR code is shown for a minute, each later one for twenty seconds (Baileys' own rhythm). */
const FIRST_QR_MS = 60_000;
const NEXT_QR_MS = 20_000;

/** A pairing code lasts as long as the QR codes that go on changing behind it. */
const CODE_MS = FIRST_QR_MS + 5 * NEXT_QR_MS;

/** Dials WhatsApp (or the simulator) for one session and translates what comes back. */
export async function openBaileysWire(options: WireOptions): Promise<Wire> {
  const [baileys, bridge] = await Promise.all([loadBaileys(), loadBridge()]);
  if (options.endpoint) trustEndpoint(baileys, options.endpoint);
  return new BaileysWire(baileys, bridge, options);
}

class BaileysWire implements Wire {
  readonly pulse: Pulse;
  readonly queries: Queries;
  readonly media: MediaWire;
  readonly #socket: WASocket;
  readonly #creds: AuthenticationCreds;
  readonly #transactions: KeyTransactions;
  readonly #incoming: Incoming;
  readonly #groups: GroupMembers;
  readonly #sends = new Staggered();
  readonly #missingKeys: MissingKeys;
  readonly #history: HistorySync | undefined;
  #replaying: Promise<void> = Promise.resolve();
  #cancelSyncDeadline: () => void = () => undefined;
  readonly #numbers: CheckedNumbers;
  #isClosed = false;
  readonly #onLost = (error: unknown) =>
    this.#finish(isWharfError(error) && error.kind === 'storage' ? 'storage_failed' : 500);
  #isSynced = false;
  #isOpen = false;
  #hasShownQr = false;

  constructor(
    private readonly baileys: Baileys,
    bridge: Bridge,
    private readonly options: WireOptions,
  ) {
    const { auth, makeSignalRepository, saveCredentials, stopCiphers } = sqliteAuthState({
      baileys,
      bridge,
      session: options.session,
      onDecrypted: (ciphertext) => this.#incoming.decrypted(ciphertext),
      onFailed: (ciphertext) => this.#incoming.failed(ciphertext),
      onDuplicate: (ciphertextHash) => this.#incoming.duplicate(ciphertextHash),
      onIdentityChange: (contact, device) => this.#emit({ type: 'identity_changed', contact, device }),
      onAliasLearned: (pn, lid) => this.#emit({ type: 'alias_learned', pn, lid }),
    });
    this.#creds = auth.creds;
    const retired = renewIfRestored(options, this.#creds);
    if (retired !== undefined) this.#emit({ type: 'session_restored', retired });
    const { session, clock } = options;
    const { lids } = session.signal;
    const notices = new HistoryNotices(baileys);
    this.#groups = new GroupMembers(session, clock, (group) => this.#socket.groupMetadata(group));
    this.#socket = capturingRejections(() =>
      baileys.makeWASocket({
        auth,
        makeSignalRepository,
        browser: browserFor(options.pairingPhone),
        logger: silentBaileysLogger,
        // The device watches over the dial. With a time here, Baileys starts a timer for every frame it writes.
        connectTimeoutMs: 0,
        defaultQueryTimeoutMs: bounds.queryMs,
        keepAliveIntervalMs: NO_KEEP_ALIVE_MS,
        // The phone goes on ringing only while its companions do not claim to be in use.
        markOnlineOnConnect: false,
        syncFullHistory: options.history?.settings.sync === 'full',
        shouldSyncHistoryMessage: notices.take,
        // The wait would hold up everything that comes after a message that cannot be read.
        retryRequestDelayMs: 0,
        getMessage: async (key) => sentMessage(key, { baileys, own: this.#own(), lids, find: options.find }),
        cachedGroupMetadata: (group) => this.#groups.get(group),
        ...webVersion(),
        ...(options.endpoint ? { waWebSocketUrl: options.endpoint.ws } : {}),
      }),
    );
    coalesceWrites(this.#socket, () => session.flush());
    portionReads(this.#socket);
    this.#transactions = new KeyTransactions(this.#socket, auth.keys);
    forgetSentMessages(this.#socket);
    this.pulse = new BaileysPulse(this.#socket, auth.creds);
    const own = () => this.#own();
    listenToAppState(this.#socket, lids, own, (change) => this.#emit({ type: 'app_state', change }));
    listenToPresence(this.#socket, lids, (presence) => this.#emit({ type: 'presence', presence }));
    this.media = new BaileysMedia(baileys, this.#socket, auth.creds, clock);
    this.#history = openHistorySync({
      ...options,
      baileys,
      socket: this.#socket,
      keys: auth.keys,
      media: this.media,
      notices,
      own,
      onNotStored: (error) => this.#onLost(error),
    });
    this.queries = baileysQueries({ baileys, socket: this.#socket, lids, history: this.#history });
    this.#groups.listen(this.#socket);
    this.#numbers = new CheckedNumbers(this.#socket, lids);
    this.#missingKeys = new MissingKeys(this.#socket, lids);
    this.#incoming = new Incoming({
      baileys,
      socket: this.#socket,
      session,
      clock,
      creds: this.#creds,
      own,
      emit: (event) => this.#emit(event),
      onPeer: (raw) => this.#history?.take(raw),
      onNotStored: () => this.#finish(500),
    });
    // What the ciphers hold is ahead of what is stored then: nothing may go on with it.
    session.onLost((error) => {
      stopCiphers();
      this.#cut();
      this.#onLost(error);
    });
    this.#listen(saveCredentials);
  }

  async send(message: WrittenMessage, isRepeat: boolean): Promise<void> {
    if (isRepeat) await this.#socket.userDevicesCache.flushAll();
    const { baileys, options } = this;
    const { chat } = message;
    if (isRepeat && isGroupJid(chat)) this.#groups.startOver(chat);
    await this.#sends.turn();
    try {
      await this.#numbers.assert(chat);
      const around = { ...options, baileys, socket: this.#socket, own: this.#own() };
      // Side by side with other chats: what is encrypted together is on disk with one commit.
      await this.#transactions.freely(() => sendMessage(message, around));
    } catch (error) {
      throw sendError(error, this.#missingKeys.refusalOf(chat));
    }
  }

  async sendChatState(chat: string, state: 'composing' | 'paused'): Promise<void> {
    await this.queries.presence.type(bareJid(chat), state);
  }

  async logout(): Promise<void> {
    const { id } = this.#creds.me ?? {};
    if (!id) return;
    await this.#socket.query({
      tag: 'iq',
      attrs: { to: '@s.whatsapp.net', type: 'set', xmlns: 'md', id: this.#socket.generateMessageTag() },
      content: [{ tag: 'remove-companion-device', attrs: { jid: id, reason: 'user_initiated' } }],
    });
  }

  async close(): Promise<void> {
    this.#hangUp();
    this.#isClosed = true;
    const ended = this.#socket.end(undefined);
    await withDeadline(ended, bounds.closeWireMs, () => undefined);
    this.#cut();
  }

  #listen(saveCredentials: () => void): void {
    const { ev, ws } = this.#socket;
    // Baileys' own listeners are async: a frame that cannot be read would otherwise end the whole process.
    Object.assign(ws, { [Symbol.for('nodejs.rejection')]: () => this.#finish('broken_frame') });
    ws.on('error', () => undefined);
    // A proxy that answers the upgrade with an HTTP error: Baileys would wait for ever.
    ws.on('unexpected-response', () => this.#finish(503));
    ws.on('CB:ack,class:message', ({ attrs }: { attrs: Record<string, string> }) => {
      const refusal = attrs.error;
      if (attrs.id) {
        this.#emit({
          type: 'acknowledged',
          messageId: attrs.id as MessageId,
          ...(refusal === undefined ? {} : { refusal: Number(refusal) }),
        });
      }
    });
    ws.on('CB:notification,type:passkey_prologue_request', () => this.#finish('passkey_required'));
    ev.on('creds.update', saveCredentials);
    ev.on('connection.update', (update) => this.#onConnection(update));
    ev.on('messages.upsert', ({ messages, type }) => {
      // What is handed over now stays in the journal, and comes again from there.
      if (this.#isClosed) return;
      for (const raw of messages) {
        this.#incoming.take(raw, type === 'append');
        // A receipt that came together with the message is folded into it.
        this.#emitDelivery(raw.key, raw.status);
      }
    });
    ev.on('call', (calls) => {
      for (const raw of calls) {
        const call = readCall(raw);
        if (call) this.#emit({ type: 'call', call });
      }
    });
    hearUnbuffered(ev, 'messages.update', (updates) => {
      for (const { key, update } of updates) this.#emitDelivery(key, update.status);
    });
  }

  #onConnection(update: Partial<ConnectionState>): void {
    if (update.qr) this.#onQr(update.qr);
    if (update.isNewLogin) this.#emitAccount('paired');
    if (update.connection === 'open') {
      this.#isOpen = true;
      this.#emitAccount('opened');
      this.#history?.start();
      this.#replaying = this.#incoming.replay().catch(() => this.#finish('broken_frame'));
      if (this.#isSynced) this.#emitSynced();
      else this.#cancelSyncDeadline = this.options.clock.after(bounds.syncMs, () => this.#onSynced());
    }
    if (update.receivedPendingNotifications) this.#onSynced();
    if (update.connection === 'close') {
      const error = update.lastDisconnect?.error as Boom | undefined;
      this.#finish(error?.output?.statusCode ?? 428, banEnd(error?.data));
    }
  }

  #onQr(qr: string): void {
    const isFirst = !this.#hasShownQr;
    this.#hasShownQr = true;
    if (!this.options.pairingPhone) {
      const expiresAt = this.options.clock.now() + (isFirst ? FIRST_QR_MS : NEXT_QR_MS);
      this.#emit({ type: 'qr', qr, expiresAt });
    } else if (isFirst) {
      // The first QR code tells that the server is ready to pair.
      requestPairingCode(this.#socket, this.options.pairingPhone).then(
        (code) => this.#emit({ type: 'code', code, expiresAt: this.options.clock.now() + CODE_MS }),
        () => this.#finish('refused'),
      );
    }
  }

  #onSynced(): void {
    if (this.#isSynced) return;
    this.#isSynced = true;
    // Without a history from the phone, Baileys would hold the backlog back for twenty seconds.
    this.#socket.ev.flush();
    if (!this.#isOpen) return;
    this.#cancelSyncDeadline();
    this.#emitSynced();
  }

  /** After the replay and the backlog: a send that overtook what is older would make the older unreadable. */
  #emitSynced(): void {
    const drained = this.#replaying.then(() => this.#incoming.drained());
    void withDeadline(drained, bounds.drainMs, () => undefined)
      .then(() => {
        this.#incoming.letIn();
        this.#emit({ type: 'synced' });
      })
      // What was held back could not be kept, and was not confirmed.
      .catch(() => this.#finish(500));
  }

  #emitDelivery(key: WAMessageKey, status: number | null | undefined): void {
    const delivery = readDelivery(key, status);
    if (delivery) this.#emit(delivery);
  }

  #emitAccount(type: 'paired' | 'opened'): void {
    const paired = pairedAccount(this.#creds);
    if (paired) this.#emit({ type, account: paired });
  }

  #own(): Person {
    const { account } = pairedAccount(this.#creds) ?? {};
    return account ? accountPerson(account) : { jid: bareJid('') };
  }

  #emit(event: WireEvent): boolean {
    return !this.#isClosed && this.options.emit(event);
  }

  #finish(code: CloseCode, expiresAt?: number): void {
    if (this.#isClosed) return;
    this.#hangUp();
    this.#emit({ type: 'closed', code, ...(expiresAt === undefined ? {} : { expiresAt }) });
    this.#isClosed = true;
    void withDeadline(this.#socket.end(undefined), bounds.closeWireMs, () => undefined)
      .catch(() => undefined)
      .finally(() => this.#cut());
  }

  /** Hands over what Baileys still holds in its event buffer: its receipts have been sent already. */
  #hangUp(): void {
    this.#cancelSyncDeadline();
    this.#history?.close();
    this.#incoming.close();
    this.#socket.ev.flush();
  }

  /** Baileys waits for the other side's goodbye for ever; a peer that has gone never sends one. */
  #cut(): void {
    (this.#socket.ws as unknown as { socket: { terminate(): void } | null }).socket?.terminate();
  }
}
