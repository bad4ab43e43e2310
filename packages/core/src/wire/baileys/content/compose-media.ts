import type { proto } from '@whiskeysockets/baileys';
import type { MediaReference } from '../../../types/content-parts.js';
import type { OutgoingContent } from '../../../types/outgoing.js';
import { defined } from './values.js';

type MediaContent = Extract<OutgoingContent, { media: MediaReference }>;

const bytesOf = (base64: string | undefined): Buffer | undefined =>
  base64 === undefined ? undefined : Buffer.from(base64, 'base64');

/** Writes the reference to a file that is on WhatsApp's servers. */
export function composeMedia(content: MediaContent): proto.IMessage {
  const { media } = content;
  const file = defined({
    mimetype: media.mimetype,
    url: media.url,
    directPath: media.directPath,
    mediaKey: bytesOf(media.mediaKey),
    fileSha256: bytesOf(media.sha256),
    fileEncSha256: bytesOf(media.encSha256),
    fileLength: media.sizeBytes,
    mediaKeyTimestamp: media.mediaKeyAt === undefined ? undefined : Math.floor(media.mediaKeyAt / 1_000),
  });
  const size = defined({ width: media.width, height: media.height });
  const thumbnail = defined({ jpegThumbnail: bytesOf(media.thumbnail) });
  const length = defined({ seconds: media.seconds });
  const caption = 'caption' in content ? defined({ caption: content.caption }) : {};
  switch (content.kind) {
    case 'image':
      return { imageMessage: { ...file, ...size, ...thumbnail, ...caption } };
    case 'video':
      return { videoMessage: { ...file, ...size, ...length, ...thumbnail, ...caption } };
    case 'gif':
      return { videoMessage: { ...file, ...size, ...length, ...thumbnail, ...caption, gifPlayback: true } };
    case 'video_note':
      return { ptvMessage: { ...file, ...size, ...length, ...thumbnail } };
    case 'audio':
      return { audioMessage: { ...file, ...length, ptt: false } };
    case 'voice':
      return {
        audioMessage: { ...file, ...length, ptt: true, ...defined({ waveform: bytesOf(content.waveform) }) },
      };
    case 'document': {
      const { fileName = 'file', pageCount } = content;
      const documentMessage = {
        ...file,
        ...caption,
        ...defined({ pageCount }),
        fileName,
        title: fileName,
      };
      // One with a caption travels in a wrapper, which older clients do not open.
      return content.caption
        ? { documentWithCaptionMessage: { message: { documentMessage } } }
        : { documentMessage };
    }
    case 'sticker':
      return { stickerMessage: { ...file, ...size, ...defined({ isAnimated: content.isAnimated }) } };
  }
}
