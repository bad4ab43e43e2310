import type { Account } from '../accounts/account.js';
import { addressIn } from '../accounts/address.js';
import { SimulatorError } from '../errors.js';
import { parseJid } from '../stanza/jid.js';
import type { SeenPresence } from './presence-board.js';

/** What a person with a phone shows of being there, and sees of others. */
export class PersonPresence {
  readonly #account: Account;

  /** @internal Use `contact.presence`. */
  constructor(account: Account) {
    this.#account = account;
  }

  /** Opens the app (online) or leaves it. */
  set(state: 'available' | 'unavailable'): void {
    this.#account.directory.presence.set(this.#account.phoneDevice, state === 'available');
  }

  /** Types or records in a chat, or stops. @throws SimulatorError 404 if there is no such chat. */
  type(to: string, state: 'composing' | 'recording' | 'paused' = 'composing'): void {
    const { directory, phoneDevice, state: own } = this.#account;
    const partner = directory.find(to);
    if (!partner && !directory.groups.find(to)) throw unknownPerson(to);
    const address =
      partner && !parseJid(to) ? addressIn(partner, own.addressSpaces.get(partner.lid) ?? 'lid') : to;
    directory.presence.typing(phoneDevice, address, state);
  }

  /** Opens the chat with somebody, and so learns when that person comes and goes. @throws SimulatorError 404 */
  watch(address: string): void {
    const { directory, phoneDevice } = this.#account;
    if (!directory.find(address)) throw unknownPerson(address);
    directory.presence.subscribe(phoneDevice, address);
  }

  /** How this person saw somebody last; undefined if it never did. */
  of(address: string): SeenPresence | undefined {
    const { directory } = this.#account;
    const subject = directory.find(address);
    return subject && directory.presence.seenBy(this.#account, subject);
  }
}

function unknownPerson(address: string): SimulatorError {
  return new SimulatorError(
    'ACCOUNT_NOT_FOUND',
    404,
    `Nobody has the address ${address}: add a contact with it first.`,
  );
}
