import { randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { type Call, CallDesk } from '../calls/call-desk.js';
import { Groups } from '../groups/groups.js';
import type { GroupState } from '../groups/state.js';
import type { HistoryTransport } from '../history/send-history.js';
import type { Logger } from '../logger.js';
import type { MediaHost } from '../media/media-host.js';
import { Newsletters } from '../newsletters/newsletters.js';
import type { NewsletterState } from '../newsletters/state.js';
import { PresenceBoard, type SeenPresence } from '../presence/presence-board.js';
import { LID_SERVER, PN_SERVER, parseJid } from '../stanza/jid.js';
import { Account, createAccountState } from './account.js';
import type { Device } from './device.js';
import { Relay } from './relay.js';
import type { AccountState, ChatMessage } from './state.js';

/** What happens to accounts, for those who watch (tests, the event stream of the control API). */
export interface DirectoryEvents {
  /** A virtual phone sent or received a message, or one of its messages got further. */
  message: [happening: { phone: string; message: ChatMessage }];
  /** A receipt passed the server. `type` is `delivered`, `read`, `retry`, ... */
  receipt: [happening: { id: string; from: string; to: string; type: string }];
  paired: [happening: { phone: string; deviceId: number; jid: string }];
  /** A group was made, or something about it changed. */
  group: [happening: { group: string }];
  /** A device or the phone changed an app-state setting of its account. */
  appState: [
    happening: { phone: string; collection: string; version: number; index: string[]; isRemoved: boolean },
  ];
  /** A person came, went, typed or recorded, as the phone of somebody else saw it. */
  presence: [happening: { phone: string; from: string } & SeenPresence];
  /** A call began or went on. */
  call: [happening: Call];
  unlinked: [happening: { phone: string; deviceId: number; jid: string }];
}

/** What accounts need from outside. */
export interface DirectoryOptions {
  /** How long a virtual phone takes to confirm what it received, in milliseconds. */
  receiptDelayMs: number;
  logger: Logger;
  /** Where attachments are kept; without it nothing can be uploaded. */
  media?: MediaHost | undefined;
  /** How new devices get the history of the chats; in the notice itself by default. */
  history?: HistoryTransport;
  /** Whether devices that ask for a snapshot of app state get one; by default they get patches. */
  sendsSnapshots?: boolean;
  /** Called with every account that changed, so that it can be saved. */
  accountChanged?: (account: Account) => void;
  /** Called with every group that changed. */
  groupChanged?: (group: GroupState) => void;
  newsletterChanged?: (newsletter: NewsletterState) => void;
}

/** All accounts of this server, found by phone number, PN or LID. */
export class Directory extends EventEmitter<DirectoryEvents> {
  readonly relay = new Relay(this);
  readonly presence = new PresenceBoard(this);
  readonly calls = new CallDesk(this);
  readonly groups: Groups;
  readonly newsletters: Newsletters;
  readonly receiptDelayMs: number;
  readonly logger: Logger;
  readonly media: MediaHost | undefined;
  history: HistoryTransport;
  sendsSnapshots: boolean;
  readonly accountChanged: (account: Account) => void;
  readonly #byPhone = new Map<string, Account>();
  readonly #byLid = new Map<string, Account>();

  constructor(options: DirectoryOptions) {
    super();
    // One for each traffic that is under way, and there may be hundreds.
    this.setMaxListeners(0);
    this.receiptDelayMs = options.receiptDelayMs;
    this.logger = options.logger;
    this.media = options.media;
    this.history = options.history ?? 'inline';
    this.sendsSnapshots = options.sendsSnapshots ?? false;
    this.accountChanged = options.accountChanged ?? (() => {});
    this.groups = new Groups(this, (group) => {
      options.groupChanged?.(group);
      this.emit('group', { group: `${group.id}@g.us` });
    });
    this.newsletters = new Newsletters(this, options.newsletterChanged ?? (() => {}));
  }

  get accounts(): Account[] {
    return [...this.#byPhone.values()];
  }

  /** Adds an account that was saved earlier. */
  restore(state: AccountState): Account {
    const account = new Account(this, state);
    this.#byPhone.set(account.phone, account);
    this.#byLid.set(account.lid, account);
    return account;
  }

  /** The account of a phone number, made if it is new. A name, if given, is its name from now on. */
  findOrCreate(phone: string, name?: string): Account {
    const account =
      this.#byPhone.get(phone) ?? this.restore(createAccountState(phone, this.#freeLid(), `Phone ${phone}`));
    if (name !== undefined) account.state.name = name;
    account.changed();
    return account;
  }

  /** Finds an account by phone number, PN JID or LID JID, with or without a device. */
  find(address: string): Account | undefined {
    const jid = parseJid(address);
    if (!jid) return this.#byPhone.get(address.replace(/^\+/, ''));
    if (jid.server === LID_SERVER) return this.#byLid.get(jid.user);
    return jid.server === PN_SERVER ? this.#byPhone.get(jid.user) : undefined;
  }

  /** Finds the very device that a JID names. */
  findDevice(address: string): Device | undefined {
    const jid = parseJid(address);
    return jid && this.find(address)?.device(jid.device);
  }

  /** A phone number nobody has yet, from the range that is reserved for fiction. */
  freePhone(): string {
    let number = 15_550_100_001;
    while (this.#byPhone.has(String(number))) number += 1;
    return String(number);
  }

  #freeLid(): string {
    for (;;) {
      const lid = `${randomInt(1, 10)}${String(randomInt(1e13)).padStart(13, '0')}`;
      if (!this.#byLid.has(lid)) return lid;
    }
  }
}
