import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { readBusiness } from './business-content.js';
import { type Content, type ContentOf, contentSchema } from './content.js';
import { readPreview } from './link-preview.js';
import { unwrap } from './unwrap.js';

/**
 * What a message says, as a content; undefined for attachments, for what only changes another message, and for what no
 * content can say, such as a place off the globe: clients may send anything, and everything kept here must be readable.
 */
export function understand(wrapped: proto.IMessage): Content | undefined {
  const { message, isViewOnce } = unwrap(wrapped);
  const content = readSimple(message) ?? readAsking(message) ?? readReply(message) ?? readBusiness(message);
  if (!content) return undefined;
  const info = contextInfoOf(message);
  const whole =
    'of' in content
      ? content
      : { ...content, ...(info ? readContext(info) : {}), ...(isViewOnce ? { viewOnce: true } : {}) };
  return contentSchema.safeParse(whole).data;
}

function readSimple(message: proto.IMessage): Content | undefined {
  const { extendedTextMessage, locationMessage, liveLocationMessage, groupInviteMessage } = message;
  const text = message.conversation ?? extendedTextMessage?.text;
  const preview = readPreview(extendedTextMessage);
  if (text) return { kind: 'text', text, ...(preview ? { preview } : {}) };
  const { albumMessage: album } = message;
  if (album)
    return { kind: 'album', images: album.expectedImageCount ?? 0, videos: album.expectedVideoCount ?? 0 };
  if (locationMessage) return readLocation(locationMessage);
  if (liveLocationMessage)
    return {
      ...readLocation({ ...liveLocationMessage, name: liveLocationMessage.caption ?? null }),
      live: true,
    };
  const contacts =
    message.contactsArrayMessage?.contacts ?? (message.contactMessage && [message.contactMessage]);
  if (contacts) return { kind: 'contacts', contacts: contacts.map(readContact) };
  if (groupInviteMessage) {
    const { groupJid, groupName, inviteCode, inviteExpiration, caption } = groupInviteMessage;
    return {
      kind: 'groupInvite',
      group: groupJid ?? '',
      groupName: groupName ?? '',
      code: inviteCode ?? '',
      expiresAt: Number(inviteExpiration ?? 0) * 1000,
      ...(caption ? { text: caption } : {}),
    };
  }
  if (message.requestPhoneNumberMessage) return { kind: 'phoneRequest' };
  return undefined;
}

function readAsking(message: proto.IMessage): Content | undefined {
  const { eventMessage, buttonsMessage, listMessage } = message;
  const poll = message.pollCreationMessage ?? message.pollCreationMessageV2 ?? message.pollCreationMessageV3;
  if (poll) {
    return {
      kind: 'poll',
      name: poll.name ?? '',
      options: (poll.options ?? []).map(({ optionName }) => optionName ?? ''),
      selectable: poll.selectableOptionsCount ?? 0,
    };
  }
  if (eventMessage) return readEvent(eventMessage);
  if (buttonsMessage) {
    return {
      kind: 'buttons',
      text: buttonsMessage.contentText ?? '',
      ...(buttonsMessage.footerText ? { footer: buttonsMessage.footerText } : {}),
      buttons: (buttonsMessage.buttons ?? []).map(({ buttonId, buttonText }) => ({
        id: buttonId ?? '',
        text: buttonText?.displayText ?? '',
      })),
    };
  }
  if (!listMessage) return undefined;
  return {
    kind: 'list',
    ...(listMessage.title ? { title: listMessage.title } : {}),
    text: listMessage.description ?? '',
    ...(listMessage.footerText ? { footer: listMessage.footerText } : {}),
    button: listMessage.buttonText ?? '',
    rows: (listMessage.sections ?? []).flatMap(({ rows }) =>
      (rows ?? []).map(({ rowId, title, description }) => ({
        id: rowId ?? '',
        title: title ?? '',
        ...(description ? { description } : {}),
      })),
    ),
  };
}

function readReply(message: proto.IMessage): Content | undefined {
  const {
    buttonsResponseMessage: button,
    listResponseMessage: list,
    templateButtonReplyMessage: template,
  } = message;
  const of = (button ?? list ?? template)?.contextInfo?.stanzaId ?? '';
  if (button) {
    return {
      kind: 'buttonReply',
      of,
      id: button.selectedButtonId ?? '',
      text: button.selectedDisplayText ?? '',
    };
  }
  if (template)
    return {
      kind: 'buttonReply',
      of,
      id: template.selectedId ?? '',
      text: template.selectedDisplayText ?? '',
    };
  if (!list) return undefined;
  return { kind: 'listReply', of, id: list.singleSelectReply?.selectedRowId ?? '', text: list.title ?? '' };
}

function readLocation(location: proto.Message.ILocationMessage): ContentOf<'location'> {
  return {
    kind: 'location',
    latitude: location.degreesLatitude ?? 0,
    longitude: location.degreesLongitude ?? 0,
    ...(location.name ? { name: location.name } : {}),
    ...(location.address ? { address: location.address } : {}),
  };
}

function readContact({ displayName, vcard }: proto.Message.IContactMessage) {
  const phone = /^(?:item\d+\.)?TEL[^:]*:(.*)$/m.exec(vcard ?? '')?.[1]?.trim() ?? '';
  return { name: displayName ?? /^FN:(.*)$/m.exec(vcard ?? '')?.[1]?.trim() ?? '', phone };
}

function readEvent(event: proto.Message.IEventMessage): ContentOf<'event'> {
  const { name, description, startTime, endTime, location, isCanceled } = event;
  return {
    kind: 'event',
    name: name ?? '',
    startAt: Number(startTime ?? 0) * 1000,
    ...(description ? { description } : {}),
    ...(endTime ? { endAt: Number(endTime) * 1000 } : {}),
    ...(location?.name ? { location: { name: location.name } } : {}),
    ...(isCanceled ? { canceled: true } : {}),
  };
}

/** The context of the one field that carries the content. */
function contextInfoOf(message: proto.IMessage): proto.IContextInfo | undefined {
  for (const body of Object.values(message)) {
    if (typeof body === 'object' && body !== null && 'contextInfo' in body && body.contextInfo)
      return body.contextInfo as proto.IContextInfo;
  }
  return undefined;
}

function readContext({ stanzaId, mentionedJid, expiration, isForwarded }: proto.IContextInfo) {
  return {
    ...(stanzaId ? { quote: stanzaId } : {}),
    ...(mentionedJid?.length ? { mentions: mentionedJid } : {}),
    ...(expiration ? { expiresIn: expiration } : {}),
    ...(isForwarded ? { forwarded: true } : {}),
  };
}
