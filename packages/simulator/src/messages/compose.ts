import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { composeBusiness } from './business-content.js';
import { composeAddOn } from './compose-add-on.js';
import { type Content, type ContentOf, callOutcomes, type MessageOptions } from './content.js';
import { previewFields } from './link-preview.js';

/** What composing needs to know about the chat that the message is for. */
export interface ComposeContext {
  /** A person's JID as this chat writes it: PN or LID, without device. */
  addressOf(address: string): string;
  /** Our own JID as this chat writes it. */
  self: string;
  /** The key of a message of this chat. @throws SimulatorError 404 if there is none with this id. */
  keyOf(id: string): proto.IMessageKey & { id: string };
  /** The JID of the author of a message of this chat. */
  authorOf(id: string): string;
  /** The content of a message, to quote it. */
  messageOf(id: string): proto.IMessage;
  /** The secret that came with a poll or an event. @throws SimulatorError 409 if it is not known. */
  secretOf(id: string): Uint8Array;
  /** After how many seconds messages of this chat disappear, unless the content says otherwise. */
  expiration?: number;
}

/** Writes a content as the message that clients exchange. */
export function compose(content: Content, context: ComposeContext): proto.IMessage {
  const addOn = composeAddOn(content, context);
  if (addOn) return addOn;
  const message = composeBusiness(content, context) ?? composeMessage(content, context);
  return message.protocolMessage ? message : withOptions(message, content as MessageOptions, context);
}

/** Adds what any message may carry: a quotation, mentions, how long it stays; and wraps what is to be seen once. */
export function withOptions(
  message: proto.IMessage,
  options: MessageOptions,
  context: ComposeContext,
): proto.IMessage {
  const info = contextInfo(options, context);
  const { documentWithCaptionMessage: wrapper } = message;
  const inner = wrapper?.message ?? message;
  const [body] = Object.values(inner);
  if (info && typeof body === 'object' && body) Object.assign(body, { contextInfo: info });
  return options.viewOnce ? { viewOnceMessage: { message } } : message;
}

function composeMessage(content: Content, context: ComposeContext): proto.IMessage {
  switch (content.kind) {
    case 'text':
      return isPlain(content) && !context.expiration
        ? { conversation: content.text }
        : { extendedTextMessage: { text: content.text, ...previewFields(content.preview) } };
    case 'location':
      return composeLocation(content);
    case 'contacts':
      return composeContacts(content);
    case 'groupInvite':
      return {
        groupInviteMessage: {
          groupJid: content.group,
          groupName: content.groupName,
          inviteCode: content.code,
          inviteExpiration: Math.floor(content.expiresAt / 1000),
          ...(content.text === undefined ? {} : { caption: content.text }),
        },
      };
    case 'poll':
      return composePoll(content);
    case 'event':
      return composeEvent(content);
    case 'buttons':
      if (content.as === 'template') return composeTemplate(content);
      if (content.as === 'interactive') return composeInteractive(content);
      return {
        buttonsMessage: {
          contentText: content.text,
          footerText: content.footer ?? null,
          headerType: proto.Message.ButtonsMessage.HeaderType.EMPTY,
          buttons: content.buttons.map(({ id, text }) => ({
            buttonId: id,
            buttonText: { displayText: text },
            type: proto.Message.ButtonsMessage.Button.Type.RESPONSE,
          })),
        },
      };
    case 'list':
      return {
        listMessage: {
          title: content.title ?? null,
          description: content.text,
          buttonText: content.button,
          footerText: content.footer ?? null,
          listType: proto.Message.ListMessage.ListType.SINGLE_SELECT,
          sections: [
            {
              rows: content.rows.map(({ id, title, description }) => ({
                rowId: id,
                title,
                description: description ?? null,
              })),
            },
          ],
        },
      };
    case 'album':
      return { albumMessage: { expectedImageCount: content.images, expectedVideoCount: content.videos } };
    case 'callLog':
      return {
        callLogMesssage: {
          isVideo: content.video,
          callOutcome: callOutcomes.indexOf(content.outcome),
          durationSecs: content.seconds,
        },
      };
    case 'phoneRequest':
      return { requestPhoneNumberMessage: {} };
    case 'phoneShare':
      return { protocolMessage: { type: proto.Message.ProtocolMessage.Type.SHARE_PHONE_NUMBER } };
    case 'expiration':
      return {
        protocolMessage: {
          type: proto.Message.ProtocolMessage.Type.EPHEMERAL_SETTING,
          ephemeralExpiration: content.seconds,
        },
      };
    default:
      throw new Error(`A ${content.kind} changes another message.`);
  }
}

/** Phones write a text that carries nothing else in the short form. */
function isPlain({ preview, quote, mentions, expiresIn, forwarded, viewOnce }: ContentOf<'text'>): boolean {
  return !preview && !quote && !mentions?.length && !expiresIn && !forwarded && !viewOnce;
}

function composeLocation({
  latitude,
  longitude,
  name,
  address,
  live,
}: ContentOf<'location'>): proto.IMessage {
  const place = { degreesLatitude: latitude, degreesLongitude: longitude };
  if (live) return { liveLocationMessage: { ...place, caption: name ?? null, sequenceNumber: Date.now() } };
  return { locationMessage: { ...place, name: name ?? null, address: address ?? null } };
}

function composeContacts({ contacts }: ContentOf<'contacts'>): proto.IMessage {
  const cards = contacts.map(({ name, phone }) => ({
    displayName: name,
    vcard: `BEGIN:VCARD\nVERSION:3.0\nN:;${name};;;\nFN:${name}\nTEL;type=CELL;waid=${phone.replace(/\D/g, '')}:${phone}\nEND:VCARD`,
  }));
  const [only] = cards;
  return cards.length === 1 && only
    ? { contactMessage: only }
    : { contactsArrayMessage: { displayName: `${cards.length} contacts`, contacts: cards } };
}

function composePoll({ name, options, selectable }: ContentOf<'poll'>): proto.IMessage {
  const poll = {
    name,
    options: options.map((optionName) => ({ optionName })),
    selectableOptionsCount: selectable,
  };
  const messageContextInfo = { messageSecret: randomBytes(32) };
  return selectable === 1
    ? { pollCreationMessageV3: poll, messageContextInfo }
    : { pollCreationMessage: poll, messageContextInfo };
}

function composeEvent(event: ContentOf<'event'>): proto.IMessage {
  const eventMessage: proto.Message.IEventMessage = {
    name: event.name,
    startTime: Math.floor(event.startAt / 1000),
    isCanceled: event.canceled ?? false,
  };
  if (event.description) eventMessage.description = event.description;
  if (event.endAt) eventMessage.endTime = Math.floor(event.endAt / 1000);
  if (event.location)
    eventMessage.location = { name: event.location.name ?? null, address: event.location.address ?? null };
  return { eventMessage, messageContextInfo: { messageSecret: randomBytes(32) } };
}

function contextInfo(
  { quote, mentions, expiresIn, forwarded }: MessageOptions,
  context: ComposeContext,
): proto.IContextInfo | undefined {
  const expiration = expiresIn ?? context.expiration;
  const info: proto.IContextInfo = {
    ...(mentions?.length ? { mentionedJid: mentions.map((person) => context.addressOf(person)) } : {}),
    ...(expiration ? { expiration } : {}),
    ...(forwarded ? { isForwarded: true, forwardingScore: 1 } : {}),
    ...(quote
      ? {
          stanzaId: quote,
          participant: context.authorOf(quote),
          quotedMessage: context.messageOf(quote),
        }
      : {}),
  };
  return Object.keys(info).length > 0 ? info : undefined;
}

function composeTemplate({ text, footer, buttons }: ContentOf<'buttons'>): proto.IMessage {
  return {
    templateMessage: {
      hydratedTemplate: {
        hydratedContentText: text,
        hydratedFooterText: footer ?? null,
        hydratedButtons: buttons.map((button, index) => ({
          index,
          quickReplyButton: { id: button.id, displayText: button.text },
        })),
      },
    },
  };
}

function composeInteractive({ text, footer, buttons }: ContentOf<'buttons'>): proto.IMessage {
  return {
    interactiveMessage: {
      body: { text },
      footer: footer === undefined ? null : { text: footer },
      nativeFlowMessage: {
        buttons: buttons.map((button) => ({
          name: 'quick_reply',
          buttonParamsJson: JSON.stringify({ display_text: button.text, id: button.id }),
        })),
        messageVersion: 1,
      },
    },
  };
}
