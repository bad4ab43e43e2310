import type { Content, ContentOf, MediaReference } from '@wharf/core';

type Fields = Record<string, unknown>;

/** Takes out what is not known: GOWA leaves such fields away. */
export const known = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** What GOWA's `message` says of a content besides its text; nothing for a text. */
export function gowaContent(content: Content): Fields {
  switch (content.kind) {
    case 'image':
    case 'video':
      return { [content.kind]: file(content.media, { caption: content.caption }) };
    case 'gif':
      return { video: file(content.media, { caption: content.caption, gif_playback: true }) };
    case 'video_note':
    case 'audio':
    case 'sticker':
      return { [content.kind]: file(content.media) };
    case 'voice':
      return { audio: file(content.media, { ptt: true }) };
    case 'document':
      return { document: file(content.media, { filename: content.fileName, caption: content.caption }) };
    case 'contacts':
      return contacts(content);
    case 'location':
      return { location: place(content, { name: content.name, address: content.address }) };
    case 'live_location':
      return {
        live_location: place(content, { caption: content.caption, sequenceNumber: content.sequence }),
      };
    case 'list':
    case 'order':
      return { [content.kind]: content };
    case 'text':
      return {};
    // GOWA has nothing for the rest; it is told as Wharf has it.
    default:
      return { content };
  }
}

/** Where WhatsApp keeps the file, encrypted; the gateway gives it in plain by its hash. */
function file({ url, mimetype, sha256, sizeBytes }: MediaReference, more: Fields = {}): Fields {
  return known({ url, mimetype, sha256, file_size: sizeBytes, ...more });
}

function contacts({ contacts: cards }: ContentOf<'contacts'>): Fields {
  const shown = cards.map(({ name, vcard, phones }) =>
    known({ displayName: name, vcard, phone_number: phones[0] }),
  );
  return shown.length === 1 ? { contact: shown[0] } : { contacts_array: shown };
}

const place = ({ latitude, longitude }: { latitude: number; longitude: number }, more: Fields): Fields =>
  known({ degreesLatitude: latitude, degreesLongitude: longitude, ...more });
