import { WharfError } from '../errors/errors.js';
import type { Message } from '../types/message.js';
import { rewritten } from '../types/message-change.js';
import type { OutgoingAbout } from '../types/outgoing.js';

/** How long after it was sent a message may be changed; WhatsApp drops what comes later without a word. */
const EDIT_WITHIN_MS = 15 * 60_000;
const REVOKE_WITHIN_MS = 60 * 3_600_000;

/**
 * Sees to it that an edit or a revoke is one that WhatsApp lets pass.
 *
 * Whether the account is an admin of a group is the server's to say.
 *
 * @throws WharfError MESSAGE_NOT_OWN, MESSAGE_TOO_OLD, MESSAGE_NOT_EDITABLE
 */
export function assertPermitted({ kind }: OutgoingAbout, target: Message, now: number): void {
  if (kind !== 'edit' && kind !== 'revoke') return;
  const { isFromMe, isGroup, isRevoked, at, content } = target;
  if (!isFromMe && !(kind === 'revoke' && isGroup)) throw new WharfError('MESSAGE_NOT_OWN');
  if (kind === 'edit' && (isRevoked || !rewritten(content, ''))) throw new WharfError('MESSAGE_NOT_EDITABLE');
  const withinMs = kind === 'edit' ? EDIT_WITHIN_MS : REVOKE_WITHIN_MS;
  if (now - at > withinMs) throw new WharfError('MESSAGE_TOO_OLD');
}
