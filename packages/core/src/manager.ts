import type { ActionInput, ActionName, ActionOutput } from './actions/catalogue.js';
import { perform } from './actions/perform.js';
import { bounds } from './bounds.js';
import type { Crew, CrewGround } from './device/crew.js';
import type { Device } from './device/device.js';
import { type DeviceLibrary, libraryOf } from './device/device-library.js';
import { Fleet, type FleetSurroundings } from './device/fleet.js';
import type { Login, LoginMethod } from './device/login.js';
import { readLoginMethod } from './device/read-login-method.js';
import { outboxOf, readMedia, sendMessage } from './device/send-message.js';
import { WharfError } from './errors/errors.js';
import type { Consumer, EventHandler } from './events/consumer.js';
import type { ConsumerRequest } from './events/events.js';
import type { DeviceHost } from './host.js';
import { type MessageDetails, messageDetails } from './inbox/message-details.js';
import { type MessageSearch, type Page, readChat, readPage, readSearch } from './inbox/page.js';
import type { ListOptions, WaitOptions } from './outbox/options.js';
import type { CommandAction, StoredChat } from './store/store.js';
import type { DeviceInfo, DeviceState } from './types/device.js';
import type { DeviceId, Jid, MessageId } from './types/ids.js';
import type { Message, OutboxItem, OutgoingMessage, Person } from './types/message.js';
import type { DeviceSettings, DeviceSettingsPatch } from './types/settings.js';
import { withDeadline } from './util/deadline.js';
import { Webhooks } from './webhooks/webhooks.js';

/** Hears of every change of state, live. */
export type StateListener = (change: { device: DeviceInfo; previous: DeviceState }) => void;

/** All devices of one storage folder. Made by `openManager` or `shareManager`. */
export class Manager implements DeviceHost {
  /** Who is told of events over HTTP; a gateway delivers to them. */
  readonly webhooks: Webhooks;
  /** @internal */
  readonly fleet: Fleet;
  readonly #listeners = new Set<StateListener>();
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(
    around: FleetSurroundings,
    private readonly options: { crewOf(ground: CrewGround): Crew; onClosed(): void },
  ) {
    this.webhooks = new Webhooks(around.store, around.clock);
    this.fleet = new Fleet(
      around,
      (device, previous) => {
        for (const listener of this.#listeners) listener({ device, previous });
      },
      ({ name, input }) => this.act(name as ActionName, input as never),
      options.crewOf,
    );
  }

  /**
   * Creates a device: a slot without an account. Without an ID it gets a UUID.
   *
   * @throws WharfError DEVICE_ID_INVALID, DEVICE_EXISTS
   */
  async createDevice(options: { id?: string; name?: string } = {}): Promise<DeviceInfo> {
    this.#assertOpen();
    const { info } = this.fleet.devices.create(options);
    this.fleet.crew.touch(info.id);
    return info;
  }

  /** @throws WharfError DEVICE_NOT_FOUND */
  async getDevice(id: string): Promise<DeviceInfo> {
    return this.#device(id).info;
  }

  /** All devices, the oldest first. */
  async listDevices(): Promise<DeviceInfo[]> {
    this.#assertOpen();
    return this.fleet.devices.getAll().map(({ info }) => info);
  }

  /**
   * Chooses a device, by one rule for every adapter: the one that is named; with no name given, the only one there is.
   *
   * @throws WharfError DEVICE_NOT_FOUND, DEVICE_ID_REQUIRED
   */
  async resolve(id?: string): Promise<DeviceInfo> {
    if (id !== undefined && id !== '') return this.getDevice(id);
    const [only, another] = await this.listDevices();
    if (!only || another) throw new WharfError('DEVICE_ID_REQUIRED');
    return only;
  }

  /**
   * Begins to link a device, by QR code unless told otherwise, or joins the attempt that is running.
   *
   * @throws WharfError DEVICE_NOT_FOUND, DEVICE_LOGGED_IN, DEVICE_IN_USE, OPTION_INVALID
   */
  async loginDevice(id: string, how: LoginMethod = { method: 'qr' }): Promise<Login> {
    const method = readLoginMethod(how);
    return this.fleet.crew.login(this.#device(id), method);
  }

  /** The latest attempt to link the device in this process. Its `current` step may hold a QR code, which is a secret. */
  getLogin(id: string): Login | undefined {
    return this.fleet.crew.getLogin(this.#device(id));
  }

  /**
   * Connects a device that has an account; does nothing for one that has none, or that runs already.
   *
   * In a process that runs no devices (`run`), it is put in use for one that does.
   */
  async startDevice(id: string): Promise<DeviceInfo> {
    return this.#command(id, 'start');
  }

  /** Closes the connection; the account stays linked and nothing is sent or received until the device is started. */
  async stopDevice(id: string): Promise<DeviceInfo> {
    return this.#command(id, 'stop');
  }

  /**
   * Unlinks the device from its account, at WhatsApp too if it is connected. What was received stays stored.
   *
   * @throws WharfError DEVICE_NOT_FOUND, DEVICE_IN_USE
   */
  async logoutDevice(id: string): Promise<DeviceInfo> {
    return this.#command(id, 'logout');
  }

  /** Logs the device out and deletes it with everything that is stored for it. */
  async removeDevice(id: string): Promise<void> {
    this.#assertOpen();
    await this.fleet.crew.command(id, 'remove');
  }

  /**
   * Queues a message; it is on disk when the promise resolves, and goes out as soon as the device is connected.
   *
   * So is its file, wherever that comes from; its bytes are in the media library by then.
   *
   * @throws WharfError DEVICE_NOT_CONNECTED, DEVICE_LOGGED_OUT, RECIPIENT_INVALID, MESSAGE_INVALID, MESSAGE_NOT_FOUND,
   * OPTION_INVALID, one of kind media
   */
  async send(id: string, message: OutgoingMessage): Promise<OutboxItem> {
    return this.#touching(id, (device) => sendMessage(device, message));
  }

  /**
   * Resolves when a message was sent (or delivered, or read: `until`) or never will be, or as it is when the time is up.
   *
   * @throws WharfError MESSAGE_NOT_FOUND, OPTION_INVALID
   */
  async waitForSend(id: string, messageId: string, options: WaitOptions = {}): Promise<OutboxItem> {
    return outboxOf(this.#device(id)).waitFor(messageId as MessageId, options);
  }

  /**
   * What the device owes and has sent, the newest first; of some states, or of all, 100 at a time.
   *
   * `before` is the ID of the last message of the page before.
   *
   * @throws WharfError MESSAGE_NOT_FOUND, OPTION_INVALID
   */
  async listSends(id: string, options: ListOptions = {}): Promise<OutboxItem[]> {
    return this.#device(id).account?.outbox.list(options) ?? [];
  }

  /** How many messages are queued or being sent, and since when the oldest of them waits; cheap, however many there are. */
  async getBacklog(id: string): Promise<{ depth: number; oldestAt?: number }> {
    return this.#scoped(id)?.outbox.backlog() ?? { depth: 0 };
  }

  /** Takes back a message that is still queued; one that is under way or has ended is returned as it is. */
  async cancelSend(id: string, messageId: string): Promise<OutboxItem> {
    return this.#touching(id, (device) => outboxOf(device).cancel(messageId as MessageId));
  }

  /** What is set on a device, complete: what was changed, and the defaults for all else. */
  async getSettings(id: string): Promise<DeviceSettings> {
    return this.#device(id).settings;
  }

  /**
   * Changes some settings of a device; `null` goes back to the default. They hold at once, and outlive logout and restart.
   *
   * @throws WharfError DEVICE_NOT_FOUND, OPTION_INVALID
   */
  async updateSettings(id: string, patch: DeviceSettingsPatch): Promise<DeviceSettings> {
    return this.#touching(id, (device) => device.updateSettings(patch));
  }

  /**
   * The newest messages of a chat, newest first; the next page is before the last of this one (`before`: its ID, or a time).
   *
   * @throws WharfError DEVICE_NOT_FOUND, RECIPIENT_INVALID, OPTION_INVALID
   */
  async listMessages(id: string, chat: string, page: Page = {}): Promise<Message[]> {
    const { limit, before } = readPage(page);
    const jid = readChat(chat, this.#scoped(id));
    return this.#scoped(id)?.messages.getOfChat(jid, limit, before as MessageId | number) ?? [];
  }

  /**
   * The newest messages with all these words, newest first. Accents and case do not matter; `word*` finds all that begin so, and
   * in scripts without spaces every sequence of signs is found.
   *
   * @throws WharfError DEVICE_NOT_FOUND, RECIPIENT_INVALID, OPTION_INVALID
   */
  async searchMessages(id: string, search: MessageSearch): Promise<Message[]> {
    const query = readSearch(search, this.#scoped(id));
    return this.#scoped(id)?.messages.search(query) ?? [];
  }

  /**
   * The chats of the account that is logged in, the latest first; the next page is before the last of this one (JID or time).
   *
   * @throws WharfError DEVICE_NOT_FOUND, OPTION_INVALID
   */
  async listChats(id: string, page: Page = {}): Promise<StoredChat[]> {
    const { limit, before } = readPage(page);
    return this.#scoped(id)?.chats.getAll(limit, before as Jid | number) ?? [];
  }

  /**
   * Reads a file of the media library, or its bytes from `start` up to and without `end`, as they are asked for.
   *
   * @throws WharfError DEVICE_NOT_FOUND, MEDIA_NOT_STORED
   */
  readMedia(id: string, sha256: string, { start, end }: { start?: number; end?: number } = {}) {
    return readMedia(this.#device(id), sha256, start, end);
  }

  /** The media library of a device, to put files into and to look them up. @throws WharfError DEVICE_NOT_FOUND */
  media(id: string): DeviceLibrary {
    return libraryOf(this.#device(id));
  }

  /** Everybody the account has heard from. */
  async listContacts(id: string): Promise<Person[]> {
    return this.#scoped(id)?.contacts.getAll() ?? [];
  }

  /** A message with how far it got, what people say to it, and its protobuf; undefined when it is not stored. */
  async getMessage(id: string, messageId: string): Promise<MessageDetails | undefined> {
    const scoped = this.#scoped(id);
    return scoped && messageDetails(scoped, messageId as MessageId);
  }

  /**
   * Runs an action of the catalogue, with input as people write it: `act('group.create', { subject: 'Cats', participants: ['+49 170 1234567'] })`.
   *
   * @throws WharfError ACTION_NOT_FOUND, OPTION_INVALID, RECIPIENT_INVALID, and what the action says in docs/actions.md
   */
  async act<Name extends ActionName>(name: Name, input: ActionInput<Name>): Promise<ActionOutput<Name>> {
    return perform(name, input, this) as Promise<ActionOutput<Name>>;
  }

  /**
   * Reads the durable log under a name: at least once, in order. The cursor moves on when the handler has returned.
   *
   * A handler that throws gets the event again. One consumer of a name runs at a time; a new one takes over.
   *
   * @throws WharfError OPTION_INVALID
   */
  consume(options: ConsumerRequest, handler: EventHandler): Consumer {
    this.#assertOpen();
    return this.fleet.log.consume(options, handler);
  }

  /** Stops a consumer and forgets how far it has read. */
  async deleteConsumer(name: string): Promise<void> {
    this.#assertOpen();
    await this.fleet.log.deleteConsumer(name);
  }

  /** Hears of every change of state as it happens. For badges; what must not be missed is in the log. */
  onState(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Closes every connection and the storage, within the bound. Devices stay linked and go on at the next start. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await withDeadline(this.fleet.close(), bounds.closeManagerMs, () => undefined);
    } finally {
      this.fleet.store.close();
      this.options.onClosed();
    }
  }

  async #command(id: string, action: CommandAction): Promise<DeviceInfo> {
    this.#assertOpen();
    await this.fleet.crew.command(id, action);
    return this.#device(id).info;
  }

  /** Does what whoever runs the device is to hear of. */
  async #touching<T>(id: string, work: (device: Device) => T | Promise<T>): Promise<T> {
    const result = await work(this.#device(id));
    this.fleet.crew.touch(id as DeviceId);
    return result;
  }

  #assertOpen(): void {
    if (this.#closing) throw new WharfError('MANAGER_CLOSED');
  }

  #scoped(id: string) {
    const { scope } = this.#device(id);
    return scope && this.fleet.store.forDevice(scope);
  }

  #device(id: string): Device {
    this.#assertOpen();
    return this.fleet.devices.get(id);
  }
}
