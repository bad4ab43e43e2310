import type { Account } from '../accounts/account.js';
import { PhoneSettings } from '../appstate/phone-settings.js';
import { type PrivacyCategory, privacyOf } from './state.js';

/** Whether `owner` has blocked `other`. */
export function isBlocked(owner: Account, other: Account): boolean {
  return owner.state.profile.blocked.has(other.lid);
}

/** Whether `viewer` may see something of `owner`, by the owner's privacy settings and block list. */
export function maySee(owner: Account, viewer: Account, category: PrivacyCategory): boolean {
  if (owner === viewer) return true;
  if (isBlocked(owner, viewer)) return false;
  const value = privacyOf(owner.state.profile, category);
  if (value === 'none') return false;
  if (value === 'all') return true;
  const isContact = new PhoneSettings(owner)
    .get()
    .contacts.some(({ jid }) => owner.directory.find(jid) === viewer);
  return value !== 'contacts' || isContact;
}
