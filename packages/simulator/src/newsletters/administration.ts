import type { Account } from '../accounts/account.js';
import { SimulatorError } from '../errors.js';
import { type Stanza, stanza } from '../stanza/node.js';
import type { Newsletter } from './newsletter.js';

/** What may change about a newsletter; what is left out stays. */
export interface NewsletterChange {
  name?: string | undefined;
  description?: string | undefined;
  /** A JPEG; an empty one takes the picture away. */
  picture?: Uint8Array | undefined;
}

/** Changes what a newsletter shows of itself, and tells its audience. @throws SimulatorError 403 for all but admins */
export function changeNewsletter(newsletter: Newsletter, by: Account, change: NewsletterChange): void {
  newsletter.requireAdmin(by);
  const { state, directory } = newsletter;
  const { name, description, picture } = change;
  if (name !== undefined) state.name = name;
  if (description !== undefined) state.description = description;
  if (picture) state.pictureId = picture.length > 0 ? directory.media?.pictures.put(picture) : undefined;
  newsletter.changed();
  const settings = [
    ...(name === undefined ? [] : [stanza('name', {}, Buffer.from(name))]),
    ...(description === undefined ? [] : [stanza('description', {}, Buffer.from(description))]),
  ];
  if (settings.length === 0) return;
  announce(newsletter, newsletter.audience, by, stanza('update', {}, [stanza('settings', {}, settings)]));
}

/** Lets somebody post and change things, too. @throws SimulatorError 403 for all but the owner */
export function promote(newsletter: Newsletter, by: Account, person: Account): void {
  newsletter.requireOwner(by);
  if (newsletter.isAdmin(person)) return;
  newsletter.state.admins.add(person.lid);
  newsletter.changed();
  announceRole(newsletter, by, person, 'promote', 'ADMIN');
}

/** Takes that away again; one may also give it up. @throws SimulatorError 403 for all but the owner, 404 */
export function demote(newsletter: Newsletter, by: Account, person: Account): void {
  if (by !== person) newsletter.requireOwner(by);
  requireCoAdmin(newsletter, person);
  const { admins } = newsletter;
  newsletter.state.admins.delete(person.lid);
  newsletter.changed();
  announceRole(newsletter, by, person, 'demote', 'SUBSCRIBER', admins);
}

/** Makes an admin the owner; the owner so far stays an admin. @throws SimulatorError 403, 404 */
export function changeOwner(newsletter: Newsletter, by: Account, person: Account): void {
  newsletter.requireOwner(by);
  requireCoAdmin(newsletter, person);
  newsletter.state.admins.delete(person.lid);
  newsletter.state.admins.add(by.lid);
  newsletter.state.owner = person.lid;
  newsletter.changed();
  announceRole(newsletter, by, person, 'promote', 'OWNER');
}

/** Deletes a newsletter: nobody finds it any more. @throws SimulatorError 403 for all but the owner */
export function deleteNewsletter(newsletter: Newsletter, by: Account): void {
  newsletter.requireOwner(by);
  newsletter.state.isDeleted = true;
  newsletter.changed();
}

function requireCoAdmin({ state }: Newsletter, { lid, phone }: Account): void {
  if (!state.admins.has(lid))
    throw new SimulatorError(
      'ADMIN_NOT_FOUND',
      404,
      `${phone} is no admin of ${state.name} besides its owner: promote that person first.`,
    );
}

/** Only admins know who the others are. */
function announceRole(
  newsletter: Newsletter,
  by: Account,
  { lidJid: jid }: Account,
  action: 'promote' | 'demote',
  role: string,
  audience = newsletter.admins,
): void {
  announce(newsletter, audience, by, stanza('participant', { jid, action, role }));
}

function announce(newsletter: Newsletter, audience: Account[], by: Account, content: Stanza): void {
  for (const account of audience)
    for (const device of account.devices) device.deliver(newsletter.notification([content], by));
}
