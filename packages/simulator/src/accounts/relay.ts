import { broadcastCopies, type Copy } from '../groups/broadcast.js';
import { isBroadcast } from '../messages/chat.js';
import { isBlocked } from '../profile/visibility.js';
import { type AddressSpace, addressSpaceOf, chatJid, STATUS_JID } from '../stanza/jid.js';
import { bytesOf, childOf, childrenOf, type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Account } from './account.js';
import { addressIn } from './address.js';
import { Companion, type Device, deviceAddress } from './device.js';
import type { Directory } from './directory.js';
import type { Route } from './state.js';

const ROUTES_KEPT = 1_000;
/** Receipts between an account's own devices, or from a device to the server: not for the author of the message. */
const PRIVATE_RECEIPTS = new Set([
  'peer_msg',
  'hist_sync',
  'sender',
  'read-self',
  'played-self',
  'server-error',
]);
const READ_TYPES = new Set(['read', 'read-self', 'played', 'played-self']);

/**
 * Carries messages and receipts from one device to others; the virtual phones use it exactly as clients do.
 *
 * It rewrites addresses only as far as a server must: the delivered `from` stays in the address space (PN or
 * LID) in which the author named the recipient, because some clients keep one Signal session per address.
 */
export class Relay {
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /**
   * Delivers a message to each device it is for. The same message sent again reaches only those devices that
   * have not had it yet, or that asked for it again by a retry receipt.
   *
   * @param options.times how often each gets it: once, unless duplicates are wanted.
   * @param options.recipients the only devices of a group that get it; all of them, unless they are named.
   */
  message(
    sender: Device,
    message: Stanza,
    { times = 1, recipients }: { times?: number; recipients?: Device[] } = {},
  ): void {
    const { id, to } = message.attrs;
    if (!id || !to) return;
    const route = this.#route(sender, id, chatJid(message.attrs.recipient ?? to));
    const copies = isBroadcast(to)
      ? broadcastCopies(this.#directory, sender, message, recipients)
      : this.#personalCopies(sender, message, route);
    for (const { recipient, delivered } of copies) {
      const key = deviceAddress(recipient);
      if (recipient === sender || route.recipients.has(key)) continue;
      route.recipients.add(key);
      for (let delivery = 0; delivery < times; delivery += 1) this.#handOver(recipient, delivered);
    }
    sender.account.changed();
  }

  /** Brings a receipt to the device that wrote the message; receipts for messages nobody knows are dropped. */
  receipt(reader: Device, receipt: Stanza): void {
    const { to, type, participant } = receipt.attrs;
    if (!to) return;
    if (READ_TYPES.has(type ?? '')) this.#tellOwnDevices(reader, receipt);
    if (PRIVATE_RECEIPTS.has(type ?? '')) return;
    const author = this.#directory.find(isBroadcast(to) ? (participant ?? '') : to);
    if (!author) return;
    for (const id of idsOf(receipt)) {
      const route = author.state.routes.get(id);
      const device = route && author.device(route.device);
      if (device && this.#wasFor(reader, author, route))
        this.#relayReceipt(reader, device, id, route, receipt);
    }
  }

  /** Whether a message went to this reader: nobody can confirm, or ask again for, what others got. */
  #wasFor({ account }: Device, author: Account, { to }: Route): boolean {
    const group = this.#directory.groups.find(to);
    if (group) return group.isMember(account);
    return to === STATUS_JID || account === author || this.#directory.find(to) === account;
  }

  #personalCopies(sender: Device, message: Stanza, route: Route): Copy[] {
    const copies = childrenOf(childOf(message, 'participants'), 'to').map((participant) => ({
      to: participant.attrs.jid ?? '',
      // A sender may say that there is something, and withhold what.
      encrypted: childOf(participant, 'enc') ?? childOf(participant, 'unavailable'),
    }));
    const direct = childOf(message, 'enc');
    if (direct) copies.push({ to: message.attrs.to ?? '', encrypted: direct });
    return copies.flatMap(({ to: address, encrypted }) => {
      const recipient = this.#directory.findDevice(address);
      // The sender of a message to somebody who has blocked it is not told so.
      if (!encrypted || !recipient || isBlocked(recipient.account, sender.account)) return [];
      return [{ recipient, delivered: deliveredForm(sender, recipient, address, route, message, encrypted) }];
    });
  }

  #relayReceipt(reader: Device, author: Device, id: string, route: Route, receipt: Stanza): void {
    const isRetry = receipt.attrs.type === 'retry';
    if (isRetry) route.recipients.delete(deviceAddress(reader));
    // `inactive` tells the server that the reader is away from the keyboard; the author sees a plain delivery.
    const type = receipt.attrs.type === 'inactive' ? undefined : receipt.attrs.type;
    const isOwnDevice = reader.account === author.account;
    if (isOwnDevice && !isRetry) return;
    const isToMany = isBroadcast(route.to);
    const space = addressSpaceOf(isToMany ? (receipt.attrs.participant ?? '') : route.to);
    const readerJid = addressIn(reader.account, space, isRetry ? reader.id : 0);
    const relayed = stanza(
      'receipt',
      {
        id,
        t: receipt.attrs.t ?? secondsNow(),
        type,
        from: isToMany ? route.to : readerJid,
        participant: isToMany ? readerJid : undefined,
        recipient: isOwnDevice && !isToMany ? route.to : undefined,
      },
      isRetry && Array.isArray(receipt.content) ? receipt.content : undefined,
    );
    author.deliver(relayed);
    // The phone shows the ticks of what its linked devices sent.
    if (author.id !== 0 && !isRetry) author.account.phoneDevice.deliver(relayed);
    this.#directory.emit('receipt', {
      id,
      from: reader.account.phone,
      to: author.account.phone,
      type: type ?? 'delivered',
    });
  }

  /** What one device of an account has read, its other devices shall not show as new. */
  #tellOwnDevices(reader: Device, receipt: Stanza): void {
    const { to = '', participant, t, type } = receipt.attrs;
    const self = addressIn(reader.account, addressSpaceOf(participant ?? to));
    const where = participant
      ? { from: to, participant: self, recipient: participant }
      : { from: self, recipient: chatJid(to) };
    for (const id of idsOf(receipt)) {
      const kind = type?.startsWith('played') ? 'played-self' : 'read-self';
      const notice = stanza('receipt', { id, t: t ?? secondsNow(), type: kind, ...where });
      for (const device of reader.account.devices) if (device !== reader) device.deliver(notice);
    }
  }

  #handOver(recipient: Device, delivered: Stanza): void {
    const isResent = childOf(delivered, 'enc')?.attrs.count !== undefined;
    if (isResent && recipient instanceof Companion) recipient.redeliver(delivered);
    else recipient.deliver(delivered);
  }

  #route(sender: Device, id: string, to: string): Route {
    const { routes } = sender.account.state;
    const known = routes.get(id);
    if (known) return known;
    const route = { device: sender.id, to, recipients: new Set<string>() };
    routes.set(id, route);
    for (const oldest of routes.keys()) {
      if (routes.size <= ROUTES_KEPT) break;
      routes.delete(oldest);
    }
    return route;
  }
}

/** The message as one recipient device gets it. */
function deliveredForm(
  sender: Device,
  recipient: Device,
  address: string,
  route: Route,
  message: Stanza,
  encrypted: Stanza,
): Stanza {
  const { id, type, edit, category } = message.attrs;
  const space = addressSpaceOf(address);
  const deviceIdentity = bytesOf(message, 'device-identity');
  const meta = childOf(message, 'meta');
  return stanza(
    'message',
    {
      id,
      t: secondsNow(),
      type,
      edit,
      category,
      notify: category === 'peer' ? undefined : sender.account.name,
      from: addressIn(sender.account, space, sender.id),
      ...alternateAddress(sender, recipient, space, route, category === 'peer'),
    },
    [
      encrypted,
      ...(deviceIdentity ? [stanza('device-identity', {}, deviceIdentity)] : []),
      ...(meta ? [meta] : []),
    ],
  );
}

/** The other address of the same person, which lets the recipient join PN and LID. */
function alternateAddress(
  sender: Device,
  recipient: Device,
  space: AddressSpace,
  route: Route,
  isPeer: boolean,
) {
  if (isPeer) return {};
  if (sender.account !== recipient.account) {
    const alternate =
      space === 'lid' ? { sender_pn: sender.account.pnJid } : { sender_lid: sender.account.lidJid };
    return { ...alternate, addressing_mode: space };
  }
  // A copy for our own device must not carry sender_*: the client would take the chat for one with ourselves.
  const partner = sender.account.directory.find(route.to);
  const partnerAddress =
    addressSpaceOf(route.to) === 'lid'
      ? { peer_recipient_pn: partner?.pnJid }
      : { peer_recipient_lid: partner?.lidJid };
  return { recipient: route.to, ...partnerAddress };
}

/** The messages a receipt is about: the one it names, and those in its list. */
function idsOf(receipt: Stanza): string[] {
  const listed = childrenOf(childOf(receipt, 'list'), 'item').map((item) => item.attrs.id);
  return [receipt.attrs.id, ...listed].filter((id) => id !== undefined);
}
