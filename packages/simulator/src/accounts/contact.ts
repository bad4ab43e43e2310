import { SimulatorError } from '../errors.js';
import { Attachments } from '../media/attachments.js';
import { addressSpaceOf, parseJid } from '../stanza/jid.js';
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

  /** The files in its chats. */
  get attachments(): Attachments {
    return new Attachments(this.#account);
  }

  /** Everything the contact's phone shows, oldest first; at most the last 1,000 messages. */
  get messages(): ChatMessage[] {
    return this.#account.state.messages.map((message) => ({ ...message }));
  }

  /**
   * Writes a text to an account.
   *
   * @param to phone number, PN JID or LID JID. A LID JID starts or continues the chat under the LID; otherwise
   * the chat stays where the other side last wrote, and a new chat starts under the LID.
   * @returns the id of the message, once the server has it.
   * @throws SimulatorError 404 if no account has that address.
   */
  async send(to: string, text: string): Promise<{ id: string }> {
    const recipient = this.#find(to);
    const space = parseJid(to) && addressSpaceOf(to) === 'lid' ? 'lid' : undefined;
    const { id } = await this.#account.phoneDevice.send(recipient, text, space);
    return { id };
  }

  /** Reads a chat, or one message of it: the other side gets a read receipt. For contacts that do not do so by themselves. */
  read(chat: string, id?: string): void {
    this.#account.phoneDevice.markRead(this.#find(chat), id);
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

  #find(address: string): Account {
    const account = this.#account.directory.find(address);
    if (!account)
      throw new SimulatorError(
        'ACCOUNT_NOT_FOUND',
        404,
        `Nobody has the address ${address}: link a device or add a contact with it first.`,
      );
    return account;
  }
}
