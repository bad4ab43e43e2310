import type { ActionName } from '@wharf/core';
import type { Scope } from '../scopes.js';

/** What only tells what is there, beside all that is named get or list. */
const READS: readonly ActionName[] = [
  'message.search',
  'message.wait',
  'message.downloadMedia',
  'contact.check',
  'group.inspectInvite',
  'history.request',
  'presence.subscribe',
];

/** What shows a secret. */
const SECRETS: readonly ActionName[] = ['device.getLogin'];

/** What a token needs for an action. */
export function scopeOf(name: ActionName): Scope {
  const [resource = '', verb = ''] = name.split('.');
  if (SECRETS.includes(name)) return 'manage';
  if (READS.includes(name) || /^(get|list)([A-Z]|$)/.test(verb)) return 'read';
  return resource === 'device' ? 'manage' : 'send';
}
