import { bothAddresses } from '../accounts/address.js';
import type { Device } from '../accounts/device.js';
import type { Directory } from '../accounts/directory.js';
import { type AddressSpace, addressSpaceOf } from '../stanza/jid.js';
import { bytesOf, childOf, childrenOf, type Stanza, secondsNow, stanza } from '../stanza/node.js';

/** What one device gets of a message. */
export interface Copy {
  recipient: Device;
  delivered: Stanza;
}

/**
 * The copies of a message to a group, or to the audience of a status.
 *
 * Each device gets the part that is for all (`skmsg`) and before it the part for it alone, which brings the
 * sender key. Some clients write that part to both addresses of a person: only the one in the address space
 * that `participant` is stamped in belongs to the session which the recipient will look for.
 */
export function broadcastCopies(
  directory: Directory,
  sender: Device,
  message: Stanza,
  only?: Device[],
): Copy[] {
  const { to = '', participant } = message.attrs;
  const group = directory.groups.find(to);
  if (participant !== undefined) return directCopy(directory, sender, message, participant);
  const forAll = childrenOf(message, 'enc').filter(({ attrs }) => attrs.type === 'skmsg');
  const single = childrenOf(childOf(message, 'participants'), 'to').flatMap((entry) => {
    const recipient = directory.findDevice(entry.attrs.jid ?? '');
    return recipient ? [{ recipient, entry, space: addressSpaceOf(entry.attrs.jid ?? '') }] : [];
  });
  const named = single.map(({ recipient }) => recipient);
  const recipients = only ?? (group ? group.devices : [...new Set(named)]);
  return recipients.flatMap((recipient) => {
    const entries = single.filter((one) => one.recipient === recipient);
    const space = group?.state.addressingMode ?? entries[0]?.space ?? 'lid';
    const forOne = entries.find((one) => one.space === space)?.entry;
    const withheld = childrenOf(forOne, 'unavailable');
    const encrypted = withheld.length > 0 ? withheld : [...childrenOf(forOne, 'enc'), ...forAll];
    return encrypted.length > 0
      ? [{ recipient, delivered: deliveredForm(sender, message, space, encrypted) }]
      : [];
  });
}

/** The answer to a retry receipt goes to one device only, and is encrypted for it alone. */
function directCopy(directory: Directory, sender: Device, message: Stanza, participant: string): Copy[] {
  const recipient = directory.findDevice(participant);
  const encrypted = childOf(message, 'enc');
  const group = directory.groups.find(message.attrs.to ?? '');
  if (!recipient || !encrypted || (group && !group.isMember(recipient.account))) return [];
  const space = addressSpaceOf(participant);
  return [{ recipient, delivered: deliveredForm(sender, message, space, [encrypted]) }];
}

function deliveredForm(sender: Device, message: Stanza, space: AddressSpace, encrypted: Stanza[]): Stanza {
  const { id, to, type, edit } = message.attrs;
  const deviceIdentity = bytesOf(message, 'device-identity');
  const meta = childOf(message, 'meta');
  return stanza(
    'message',
    {
      id,
      t: secondsNow(),
      type,
      edit,
      notify: sender.account.name,
      from: to,
      ...bothAddresses('participant', sender.account, space, sender.id),
      addressing_mode: space,
    },
    [
      ...encrypted,
      ...(deviceIdentity ? [stanza('device-identity', {}, deviceIdentity)] : []),
      ...(meta ? [meta] : []),
    ],
  );
}
