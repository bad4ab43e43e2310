import type { proto } from '@whiskeysockets/baileys';
import type { Content } from '../../../types/content.js';
import type { Jid } from '../../../types/ids.js';
import { readMedia } from './read-media.js';
import { base64In, countIn, defined, integerIn, msIn, numberIn, textIn } from './values.js';

const CALL_OUTCOMES = [
  'connected',
  'missed',
  'failed',
  'rejected',
  'elsewhere',
  'ongoing',
  'silenced',
  'silenced',
] as const;
const ORDER_STATUSES = [undefined, 'inquiry', 'accepted', 'declined'] as const;

export function readText(extended: proto.Message.IExtendedTextMessage): Content | undefined {
  const { text, matchedText, title, description, jpegThumbnail } = extended;
  if (!text) return undefined;
  if (!matchedText) return { kind: 'text', text };
  const preview = defined({
    url: matchedText,
    title: textIn(title),
    description: textIn(description),
    thumbnail: base64In(jpegThumbnail),
  });
  return { kind: 'text', text, preview };
}

export function readLocation(location: proto.Message.ILocationMessage): Content | undefined {
  const latitude = numberIn(location.degreesLatitude);
  const longitude = numberIn(location.degreesLongitude);
  if (latitude === undefined || longitude === undefined) return undefined;
  const { name, address, url } = location;
  if (location.isLive) return { kind: 'live_location', latitude, longitude };
  return defined({
    kind: 'location',
    latitude,
    longitude,
    name: textIn(name),
    address: textIn(address),
    url: textIn(url),
  });
}

export function readLiveLocation(live: proto.Message.ILiveLocationMessage): Content | undefined {
  const latitude = numberIn(live.degreesLatitude);
  const longitude = numberIn(live.degreesLongitude);
  if (latitude === undefined || longitude === undefined) return undefined;
  return defined({
    kind: 'live_location',
    latitude,
    longitude,
    accuracyM: numberIn(live.accuracyInMeters),
    speedMps: numberIn(live.speedInMps),
    headingDegrees: numberIn(live.degreesClockwiseFromMagneticNorth),
    caption: textIn(live.caption),
    sequence: integerIn(live.sequenceNumber),
  });
}

export const readContact = (contact: proto.Message.IContactMessage): Content =>
  readContacts({ contacts: [contact] });

export const readContacts = ({ contacts }: proto.Message.IContactsArrayMessage): Content => ({
  kind: 'contacts',
  contacts: (contacts ?? []).map(({ displayName, vcard }) => {
    const card = vcard ?? '';
    const phones = Array.from(card.matchAll(/^(?:item\d+\.)?TEL[^:\r\n]*:(.*)$/gim), ([, phone]) =>
      (phone ?? '').trim(),
    );
    const name = displayName ?? /^FN:(.*)$/m.exec(card)?.[1]?.trim() ?? '';
    return defined({ name, phones, vcard: textIn(card) });
  }),
});

export const readAlbum = (album: proto.Message.IAlbumMessage): Content => ({
  kind: 'album',
  imageCount: countIn(album.expectedImageCount) ?? 0,
  videoCount: countIn(album.expectedVideoCount) ?? 0,
});

export const readPoll = (poll: proto.Message.IPollCreationMessage): Content => ({
  kind: 'poll',
  name: poll.name ?? '',
  options: (poll.options ?? []).map(({ optionName }) => optionName ?? ''),
  selectableCount: countIn(poll.selectableOptionsCount) ?? 0,
});

export function readEvent(event: proto.Message.IEventMessage): Content {
  const { name, address, degreesLatitude, degreesLongitude } = event.location ?? {};
  const place = defined({
    name: textIn(name),
    address: textIn(address),
    latitude: numberIn(degreesLatitude),
    longitude: numberIn(degreesLongitude),
  });
  return defined({
    kind: 'event',
    name: event.name ?? '',
    description: textIn(event.description),
    startAt: msIn(event.startTime) ?? 0,
    endAt: msIn(event.endTime),
    location: Object.keys(place).length > 0 ? place : undefined,
    joinLink: textIn(event.joinLink),
    isCancelled: event.isCanceled || undefined,
  });
}

export const readGroupInvite = (invite: proto.Message.IGroupInviteMessage): Content =>
  defined({
    kind: 'group_invite',
    group: (invite.groupJid ?? '') as Jid,
    groupName: invite.groupName ?? '',
    code: invite.inviteCode ?? '',
    expiresAt: msIn(invite.inviteExpiration),
    text: textIn(invite.caption),
  });

export function readProduct(message: proto.Message.IProductMessage): Content | undefined {
  const { product, businessOwnerJid, body, footer } = message;
  if (!product) return undefined;
  return defined({
    kind: 'product',
    productId: product.productId ?? '',
    title: product.title ?? '',
    description: textIn(product.description),
    amount1000: integerIn(product.priceAmount1000),
    currency: textIn(product.currencyCode),
    url: textIn(product.url),
    owner: textIn(businessOwnerJid) as Jid | undefined,
    text: textIn(body),
    footer: textIn(footer),
    image: product.productImage?.directPath ? readMedia(product.productImage) : undefined,
  });
}

export const readOrder = (order: proto.Message.IOrderMessage): Content =>
  defined({
    kind: 'order',
    orderId: order.orderId ?? '',
    title: order.orderTitle ?? '',
    itemCount: countIn(order.itemCount) ?? 0,
    amount1000: integerIn(order.totalAmount1000),
    currency: textIn(order.totalCurrencyCode),
    seller: textIn(order.sellerJid) as Jid | undefined,
    status: ORDER_STATUSES[order.status ?? 0],
    text: textIn(order.message),
    token: textIn(order.token),
  });

export function readCall(call: proto.Message.ICallLogMessage): Content | undefined {
  const outcome = CALL_OUTCOMES[call.callOutcome ?? 0];
  if (!outcome) return undefined;
  return defined({
    kind: 'call',
    isVideo: call.isVideo === true,
    outcome,
    durationMs: msIn(call.durationSecs),
  });
}
