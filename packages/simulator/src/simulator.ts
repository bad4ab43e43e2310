import type { Account } from './accounts/account.js';
import { type AccountView, viewAccount } from './accounts/account-view.js';
import { Contact } from './accounts/contact.js';
import { Companion } from './accounts/device.js';
import { Directory } from './accounts/directory.js';
import { unlinkCompanion } from './accounts/linking.js';
import type { ChatMessage } from './accounts/state.js';
import { ChatServer, type ChatStatistics } from './chat-server.js';
import { type Listener, listen } from './control/server.js';
import { createServerState, DataDirectory } from './data-directory.js';
import { SimulatorError } from './errors.js';
import { closeWith } from './faults/close.js';
import { FaultDesk } from './faults/desk.js';
import { GroupDesk } from './groups/group-desk.js';
import type { HistoryTransport } from './history/send-history.js';
import { type Logger, silentLogger } from './logger.js';
import { MediaHost } from './media/media-host.js';
import type { ContentInput } from './messages/content.js';
import type { SendFaults } from './messages/outbox.js';
import { NewsletterDesk } from './newsletters/newsletter-desk.js';
import { AwaitableEvents } from './simulator-events.js';
import type { SimulatorEndpoint, SimulatorOptions } from './simulator-options.js';
import { parseJid } from './stanza/jid.js';
import { Traffic } from './traffic/traffic.js';
import type { TrafficOptions } from './traffic/volume.js';

export type { AccountView, DeviceView } from './accounts/account-view.js';
export type { SimulatorEvents, StanzaOnTheWire } from './simulator-events.js';
export type { SimulatorEndpoint, SimulatorOptions } from './simulator-options.js';

export interface Statistics extends ChatStatistics {
  /** Descriptions of the last stanzas no handler knew. */
  unknown: string[];
  accounts: number;
}

/**
 * Starts a WhatsApp server on loopback, with virtual phones and contacts.
 *
 * @throws SimulatorError if the port is taken or the data directory cannot be used.
 */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const logger = options.logger ?? silentLogger;
  const data = options.dataDir === undefined ? undefined : new DataDirectory(options.dataDir, logger);
  const keys = data?.loadServer() ?? createServerState();
  const media = await MediaHost.start({
    folder: data?.mediaFolder,
    port: options.mediaPort ?? (options.port ? options.port + 1 : 0),
    logger,
  });
  const directory = new Directory({
    receiptDelayMs: options.receiptDelayMs ?? 200,
    logger,
    media,
    history: options.history ?? 'inline',
    sendsSnapshots: options.appStateSnapshots ?? false,
    accountChanged: (account) => data?.saveAccount(account.state),
    groupChanged: (group) => data?.saveGroup(group),
    newsletterChanged: (newsletter) => data?.saveNewsletter(newsletter),
  });
  for (const state of data?.loadAccounts() ?? []) directory.restore(state);
  for (const state of data?.loadGroups() ?? []) directory.groups.restore(state);
  for (const state of data?.loadNewsletters() ?? []) directory.newsletters.restore(state);
  await data?.flush();
  const simulator = new Simulator(directory, data, keys, logger, media, options);
  try {
    await simulator.listen(options.port ?? 0);
  } catch (error) {
    await media.close();
    throw error;
  }
  return simulator;
}

/** A running simulator; see {@link createSimulator}. */
export class Simulator extends AwaitableEvents {
  /** What goes wrong on demand. */
  readonly faults: FaultDesk;
  /** Groups and communities. */
  readonly groups: GroupDesk;
  /** Newsletters, which WhatsApp shows as channels. */
  readonly newsletters: NewsletterDesk;
  readonly #directory: Directory;
  readonly #data: DataDirectory | undefined;
  readonly #chat: ChatServer;
  readonly #rootKey: Buffer;
  readonly #logger: Logger;
  readonly #media: MediaHost;
  #listener: Listener | undefined;
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(
    directory: Directory,
    data: DataDirectory | undefined,
    keys: ReturnType<typeof createServerState>,
    logger: Logger,
    media: MediaHost,
    options: SimulatorOptions,
  ) {
    super();
    this.#media = media;
    this.#directory = directory;
    this.groups = new GroupDesk(directory);
    this.newsletters = new NewsletterDesk(directory);
    this.faults = new FaultDesk(directory);
    this.#data = data;
    this.#rootKey = keys.root.public;
    this.#logger = logger;
    this.#chat = new ChatServer({
      directory,
      keys,
      faults: this.faults,
      qrLifetime: options.qrLifetime ?? { firstMs: 60_000, nextMs: 20_000 },
      logger,
      onConnection: (happening) => this.emit('connection', happening),
      onStanza: (happening) => this.emit('stanza', happening),
    });
    directory.on('message', (happening) => this.emit('message', happening));
    directory.on('receipt', (happening) => this.emit('receipt', happening));
    directory.on('paired', (happening) => this.emit('paired', happening));
    directory.on('group', (happening) => this.emit('group', happening));
    directory.on('appState', (happening) => this.emit('appState', happening));
    directory.on('presence', (happening) => this.emit('presence', happening));
    directory.on('call', (happening) => this.emit('call', happening));
    directory.on('unlinked', (happening) => this.emit('unlinked', happening));
  }

  /** Where it listens. */
  get endpoint(): SimulatorEndpoint {
    const port = this.#listener?.port ?? 0;
    return {
      ws: `ws://127.0.0.1:${port}/ws/chat`,
      http: `http://127.0.0.1:${port}`,
      noiseRootPublicKey: this.#rootKey.toString('hex'),
      media: this.#media.url(''),
      ca: this.#media.caFile,
    };
  }

  /** The certificate of the test CA that vouches for the media host, PEM. */
  get caCertificate(): string {
    return this.#media.ca;
  }

  /** @internal Called once, by `createSimulator`. */
  async listen(port: number): Promise<void> {
    this.#listener = await listen({
      simulator: this,
      port,
      logger: this.#logger,
      onSocket: (socket) => this.#chat.accept(socket),
    });
  }

  /**
   * Scans a pairing QR with a virtual phone and links the device that shows it.
   *
   * @param qr the text of the QR: bare, or as the `https://wa.me/settings/linked_devices#...` link.
   * @param phone phone number; an unused one is chosen if it is missing. `name` becomes the account's push name.
   * @returns the account's number and addresses, once the device is linked; its login follows in a moment.
   * @throws SimulatorError 400, 404, 409, 410 or 502, with a sentence for each.
   */
  async scan(
    qr: string,
    { phone, name }: { phone?: string; name?: string } = {},
  ): Promise<{ phone: string; jid: string; lid: string }> {
    const companion = await this.#chat.pairing.scan(qr, () =>
      this.#directory.findOrCreate(phone ?? this.#directory.freePhone(), name),
    );
    await this.#data?.flush();
    return { phone: companion.account.phone, jid: companion.jid, lid: companion.lidJid };
  }

  /**
   * Asks the client that shows a QR code to show one with another secret, as WhatsApp does with `companion_reg_refresh`.
   *
   * Clients that do not know it, such as Baileys 7.0.0-rc14, go on with the one they have.
   *
   * @throws SimulatorError 400, 404 or 410, with a sentence for each.
   */
  rotateQr(qr: string): void {
    this.#chat.pairing.rotateQr(qr);
  }

  /**
   * Types the pairing code that a client shows on the phone with this number, and links that client.
   *
   * @param code as the client shows it; dashes, spaces and small letters do not matter.
   * @throws SimulatorError 403 `CODE_WRONG` (three attempts) or `PASSKEY_REQUIRED`, 404 if no client shows a code for
   * this number, 409, 410 or 502, with a sentence for each.
   */
  async enterCode(
    code: string,
    { phone, name }: { phone: string; name?: string },
  ): Promise<{ phone: string; jid: string; lid: string }> {
    const companion = await this.#chat.pairing.enterCode(code, phone, () =>
      this.#directory.findOrCreate(phone, name),
    );
    await this.#data?.flush();
    return { phone, jid: companion.jid, lid: companion.lidJid };
  }

  /**
   * Says whether an account links devices only with its passkey: clients that cannot use one are then left waiting,
   * as WhatsApp does it. An account that is new is made.
   */
  setPasskey(phone: string, isRequired: boolean): void {
    const account = this.#directory.findOrCreate(phone);
    account.state.isPasskeyGated = isRequired;
    account.changed();
  }

  /**
   * Adds a virtual contact, or returns the one with that phone number.
   *
   * @param autoRead whether it reads what it receives by itself (the default) or only by `contact.read()`.
   */
  addContact({ phone, name, autoRead = true }: { phone: string; name: string; autoRead?: boolean }): Contact {
    const account = this.#directory.findOrCreate(phone, name);
    account.state.isContact = true;
    account.state.autoRead = autoRead;
    account.changed();
    return new Contact(account);
  }

  /** The contact with this phone number or JID. @throws SimulatorError 404 if there is none. */
  contact(address: string): Contact {
    const account = this.#directory.find(address);
    if (!account?.state.isContact)
      throw new SimulatorError('CONTACT_NOT_FOUND', 404, `There is no contact ${address}: add it first.`);
    return new Contact(account);
  }

  contacts(): Contact[] {
    return this.#directory.accounts
      .filter(({ state }) => state.isContact)
      .map((account) => new Contact(account));
  }

  accounts(): AccountView[] {
    return this.#directory.accounts.map(viewAccount);
  }

  /** One account by phone number or JID. @throws SimulatorError 404 if there is none. */
  account(address: string): AccountView {
    return viewAccount(this.#find(address));
  }

  /** The person with this phone number or JID, contact or not: what a person can do. @throws SimulatorError 404 */
  phone(address: string): Contact {
    return new Contact(this.#find(address));
  }

  /** Changes how new devices get history and app state: see {@link SimulatorOptions}. */
  configureSync({
    history,
    appStateSnapshots,
  }: {
    history?: HistoryTransport;
    appStateSnapshots?: boolean;
  }): void {
    if (history !== undefined) this.#directory.history = history;
    if (appStateSnapshots !== undefined) this.#directory.sendsSnapshots = appStateSnapshots;
  }

  /** Encrypts messages of many people to one account, ready to be sent all at once: see {@link Traffic}. */
  prepareTraffic(options: TrafficOptions): Promise<Traffic> {
    return Traffic.prepare(this.#directory, options);
  }

  /** What the phone of an account shows, oldest first: received, and sent by it or its linked devices. */
  phoneMessages(address: string): ChatMessage[] {
    return structuredClone(this.#find(address).state.messages);
  }

  /**
   * Lets the person with the phone write, see {@link Contact.send}; the linked devices of the account get copies.
   *
   * @throws SimulatorError 404 if there is no such account, or nobody with the address `to`.
   */
  sendFromPhone(
    address: string,
    to: string,
    what: string | ContentInput,
    faults?: SendFaults,
  ): Promise<{ id: string }> {
    return new Contact(this.#find(address)).send(to, what, faults);
  }

  /** Unlinks a device from its phone: it is cut off with 401 and has to pair again. @throws SimulatorError 404 */
  unlink(address: string, deviceId: number): void {
    const device = this.#find(address).device(deviceId);
    if (!(device instanceof Companion)) {
      throw new SimulatorError(
        'DEVICE_NOT_FOUND',
        404,
        `${address} has no linked device ${deviceId}: list its devices to see which it has.`,
      );
    }
    unlinkCompanion(device);
  }

  /**
   * Breaks the connections of an account, or of the one device that a JID names, the way a code says.
   *
   * @param code 401 device removed (it stays linked, though), 402 403 405 406 failures, 411 downgrade, 428 closed
   * without a word, 440 replaced, `reset` for a lost network, anything else a stream error with that code.
   * @returns how many connections there were.
   */
  closeConnection(address: string, code: number | 'reset'): number {
    const account = this.#find(address);
    const only = parseJid(address)?.device || undefined;
    const links = [...account.companions.values()]
      .filter(({ id }) => only === undefined || id === only)
      .flatMap(({ link }) => link ?? []);
    for (const link of links) closeWith(link, code);
    return links.length;
  }

  statistics(): Statistics {
    return {
      ...this.#chat.statistics,
      unknown: [...this.#chat.unknown],
      accounts: this.#directory.accounts.length,
    };
  }

  /** Stops: every connection is dropped and everything is saved, within 3 seconds. A second call does nothing. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#chat.close();
      await Promise.all([this.#listener?.close(), this.#media.close()]);
      await this.#data?.close();
    })();
    return this.#closing;
  }

  #find(address: string): Account {
    const account = this.#directory.find(address);
    if (!account)
      throw new SimulatorError(
        'ACCOUNT_NOT_FOUND',
        404,
        `There is no account ${address}: pair a device or add a contact with that number first.`,
      );
    return account;
  }
}
