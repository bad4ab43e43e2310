import { PhoneSettings } from '../appstate/phone-settings.js';
import { PersonCalls } from '../calls/person-calls.js';
import { SimulatorError } from '../errors.js';
import { type HistoryKind, sendHistory } from '../history/send-history.js';
import { Attachments } from '../media/attachments.js';
import { type ContentInput, parseContent } from '../messages/content.js';
import type { SendFaults } from '../messages/outbox.js';
import { PersonPresence } from '../presence/person-presence.js';
import { Profile } from '../profile/profile.js';
import type { Account } from './account.js';
import type { ChatMessage } from './state.js';

/** A virtual contact: a person whose phone chats with the accounts of this server. */
export class Contact {
  readonly #account: Account;

  /** @internal Contacts are made by `simulator.addContact`. */
  constructor(account: Account) {
    this.#account = account;
  }

  /** The phone number, digits only. */
  get phone(): string {
    return this.#account.phone;
  }

  get name(): string {
    return this.#account.name;
  }

  /** The PN JID. */
  get jid(): string {
    return this.#account.pnJid;
  }

  /** The LID JID. */
  get lid(): string {
    return this.#account.lidJid;
  }

  /**
   * Sends a linked device a part of the history again.
   *
   * @throws SimulatorError 404 if there is no such device.
   */
  sendHistory(deviceId: number, kind: Exclude<HistoryKind, 'ON_DEMAND'>): Promise<void> {
    return sendHistory(this.#account.companion(deviceId), kind);
  }

  /** The files in its chats. */
  get attachments(): Attachments {
    return new Attachments(this.#account);
  }

  /** Its picture, about text, privacy settings, block list and business profile. */
  get profile(): Profile {
    return new Profile(this.#account);
  }

  /** Being online, typing, and what it sees of others. */
  get presence(): PersonPresence {
    return new PersonPresence(this.#account);
  }

  /** Calls that it makes and gets. */
  get calls(): PersonCalls {
    return new PersonCalls(this.#account);
  }

  /** What it shares with its linked devices: pins, mutes, stars, labels, the address book. */
  get settings(): PhoneSettings {
    return new PhoneSettings(this.#account);
  }

  /** Everything the contact's phone shows, oldest first; at most the last 1,000 messages. */
  get messages(): ChatMessage[] {
    return structuredClone(this.#account.state.messages);
  }

  /**
   * Writes to somebody, to a group, or to everybody who sees its status.
   *
   * @param to phone number, PN JID or LID JID of a person; JID of a group; or `status@broadcast`. A LID JID starts
   * or continues the chat under the LID; otherwise the chat stays where the other side last wrote, and a new chat
   * starts under the LID.
   * @param what a text, or any other content, such as `{ kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'] }`.
   * @param faults what shall go wrong on the way.
   * @returns the id of the message, once the server has it.
   * @throws SimulatorError 404 if nobody has that address, or if the chat has no message that the content is about;
   * 403 if the contact may not write in that group.
   */
  async send(to: string, what: string | ContentInput, faults: SendFaults = {}): Promise<{ id: string }> {
    return this.#account.phoneDevice.send(to, parseContent(what), faults);
  }

  /**
   * Puts texts of somebody into its chats as if they had come before, a minute apart: for long histories. They are not sent.
   *
   * @param from phone number, PN JID or LID JID.
   * @throws SimulatorError 404 if nobody has that address.
   */
  addPast(from: string, texts: string[]): void {
    const author = this.#account.directory.find(from);
    if (!author) throw new SimulatorError('ACCOUNT_NOT_FOUND', 404, `Nobody has the address ${from}.`);
    this.#account.phoneDevice.log.addPast(author, texts);
  }

  /** After how many seconds new messages of a chat with one person disappear; 0: never. */
  expirationOf(chat: string): number {
    const { directory, state } = this.#account;
    return state.expirations.get(directory.find(chat)?.pnJid ?? chat) ?? 0;
  }

  /** Reads a chat, or one message of it: the other side gets a read receipt. For contacts that do not do so by themselves. */
  read(chat: string, id?: string): void {
    this.#account.phoneDevice.markRead(chat, id);
  }

  /** Listens to a voice message: its author gets a played receipt. */
  play(chat: string, id: string): void {
    this.#account.phoneDevice.markPlayed(chat, id);
  }

  /**
   * Waits for a message that is already there or still to come, sent or received, in the state that the predicate
   * asks for.
   *
   * @throws SimulatorError 408 after `timeoutMs` (5 seconds by default), saying what arrived instead.
   */
  waitForMessage(
    predicate: (message: ChatMessage) => boolean,
    { timeoutMs = 5_000 } = {},
  ): Promise<ChatMessage> {
    const present = this.messages.find(predicate);
    if (present) return Promise.resolve(present);
    const { directory } = this.#account;
    return new Promise((resolve, reject) => {
      const onMessage = ({ phone, message }: { phone: string; message: ChatMessage }) => {
        if (phone !== this.phone || !predicate(message)) return;
        stop();
        resolve(message);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new SimulatorError('MESSAGE_TIMEOUT', 408, this.#whatArrived(timeoutMs)));
      }, timeoutMs);
      const stop = () => {
        clearTimeout(timer);
        directory.off('message', onMessage);
      };
      directory.on('message', onMessage);
    });
  }

  #whatArrived(timeoutMs: number): string {
    const last = this.messages
      .slice(-3)
      .map(({ text, fromMe, delivery }) => `"${text}" (${fromMe ? 'sent' : 'received'}, ${delivery})`);
    const chats = last.length === 0 ? 'its chats are empty' : `the last messages are ${last.join(', ')}`;
    return `${this.name} saw no such message within ${timeoutMs} ms; ${chats}.`;
  }
}
