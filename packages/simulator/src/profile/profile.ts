import type { Account } from '../accounts/account.js';
import type { Companion } from '../accounts/device.js';
import { SimulatorError } from '../errors.js';
import { secondsNow, stanza } from '../stanza/node.js';
import { announceProfile, announceSetting } from './notices.js';
import { type BusinessProfile, type PrivacyCategory, privacyOf, privacyValues } from './state.js';

/** What an account shows of itself; changed by its phone or by a linked device, with the same effect. */
export class Profile {
  readonly #account: Account;
  readonly #by: Companion | undefined;

  /** @internal Use `contact.profile`. `by`: the device that makes the change and needs no notice of it. */
  constructor(account: Account, by?: Companion) {
    this.#account = account;
    this.#by = by;
  }

  get about(): string {
    return this.#account.state.profile.about.text;
  }

  setAbout(text: string): void {
    this.#account.state.profile.about = { text, setAt: Date.now() };
    this.#account.changed();
    announceProfile(this.#account, 'status', stanza('set', {}, Buffer.from(text)));
  }

  /** The address of the picture; undefined if there is none. */
  get pictureUrl(): string | undefined {
    const { media } = this.#account.directory;
    const { pictureId } = this.#account.state.profile;
    return pictureId && media?.url(media.pictures.path(pictureId));
  }

  /** Shows a picture (JPEG), or none. @returns the id of the picture. */
  setPicture(picture: Uint8Array | undefined): string | undefined {
    const { profile } = this.#account.state;
    const { media } = this.#account.directory;
    if (picture && !media) throw new SimulatorError('NO_MEDIA', 503, 'This simulator has no media host.');
    if (picture && media) profile.pictureId = media.pictures.put(picture);
    else delete profile.pictureId;
    this.#account.changed();
    const { lidJid, pnJid } = this.#account;
    const change = { jid: pnJid, author: lidJid, id: profile.pictureId };
    announceProfile(this.#account, 'picture', stanza(picture ? 'set' : 'delete', change));
    return profile.pictureId;
  }

  /** Every privacy setting with its value. */
  get privacy(): Record<PrivacyCategory, string> {
    const categories = Object.keys(privacyValues) as PrivacyCategory[];
    return Object.fromEntries(
      categories.map((category) => [category, privacyOf(this.#account.state.profile, category)]),
    ) as Record<PrivacyCategory, string>;
  }

  /** Changes a privacy setting. @throws SimulatorError 400 if it has no such value. */
  setPrivacy(category: string, value: string): void {
    const values: readonly string[] | undefined = privacyValues[category as PrivacyCategory];
    if (!values?.includes(value))
      throw new SimulatorError(
        'PRIVACY_INVALID',
        400,
        `${category} cannot be ${value}: ${values ? `choose ${values.join(', ')}` : 'there is no such setting'}.`,
      );
    this.#account.state.profile.privacy.set(category, value);
    this.#account.changed();
    announceSetting(
      this.#account,
      stanza('privacy', {}, [stanza('category', { name: category, value })]),
      this.#by,
    );
  }

  /** The PN JIDs of the people that this account has blocked. */
  get blocked(): string[] {
    return [...this.#account.state.profile.blocked].flatMap(
      (lid) => this.#account.directory.find(`${lid}@lid`)?.pnJid ?? [],
    );
  }

  /** Blocks somebody, whose messages and calls no longer arrive, or lets them in again. @throws SimulatorError 404 */
  block(address: string, isBlocked = true): void {
    const person = this.#account.directory.find(address);
    if (!person)
      throw new SimulatorError(
        'ACCOUNT_NOT_FOUND',
        404,
        `Nobody has the address ${address}: add a contact first.`,
      );
    const { blocked } = this.#account.state.profile;
    if (isBlocked) blocked.add(person.lid);
    else blocked.delete(person.lid);
    this.#account.changed();
    const item = { action: isBlocked ? 'block' : 'unblock', jid: person.lidJid, pn_jid: person.pnJid };
    announceSetting(this.#account, stanza('blocklist', {}, [stanza('item', item)]), this.#by);
  }

  /** For how many seconds messages of new chats are kept; 0 for ever. */
  setDisappearing(seconds: number): void {
    this.#account.state.profile.disappearing = { seconds, setAt: Date.now() };
    this.#account.changed();
    const change = stanza('disappearing_mode', { duration: seconds, t: secondsNow() });
    announceSetting(this.#account, change, this.#by);
  }

  /** What it says as a business; undefined for a person. */
  get business(): BusinessProfile | undefined {
    return this.#account.state.profile.business;
  }

  setBusiness(business: BusinessProfile | undefined): void {
    if (business) this.#account.state.profile.business = business;
    else delete this.#account.state.profile.business;
    this.#account.changed();
  }
}
