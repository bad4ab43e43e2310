import type { proto } from '@whiskeysockets/baileys';
import type { Content } from '../../../types/content.js';
import type { MediaReference } from '../../../types/content-parts.js';
import { base64In, countIn, defined, msIn, type Numeric, textIn } from './values.js';

/** What the messages with a file have in common. */
interface File {
  url?: string | null;
  directPath?: string | null;
  mimetype?: string | null;
  fileLength?: Numeric;
  fileSha256?: Uint8Array | null;
  fileEncSha256?: Uint8Array | null;
  mediaKey?: Uint8Array | null;
  mediaKeyTimestamp?: Numeric;
  width?: number | null;
  height?: number | null;
  seconds?: number | null;
}

/** Where a file is and what it is. */
export function readMedia(file: File): MediaReference {
  return defined({
    mimetype: file.mimetype || 'application/octet-stream',
    sizeBytes: countIn(file.fileLength),
    sha256: base64In(file.fileSha256),
    width: countIn(file.width),
    height: countIn(file.height),
    seconds: countIn(file.seconds),
    directPath: textIn(file.directPath),
    url: textIn(file.url),
    mediaKey: base64In(file.mediaKey),
    encSha256: base64In(file.fileEncSha256),
    mediaKeyAt: msIn(file.mediaKeyTimestamp),
  });
}

export const readImage = (image: proto.Message.IImageMessage): Content =>
  defined({ kind: 'image', media: readMedia(image), caption: textIn(image.caption) });

export const readVideo = (video: proto.Message.IVideoMessage): Content =>
  defined({
    kind: video.gifPlayback ? 'gif' : 'video',
    media: readMedia(video),
    caption: textIn(video.caption),
  });

export const readVideoNote = (video: proto.Message.IVideoMessage): Content => ({
  kind: 'video_note',
  media: readMedia(video),
});

export function readAudio(audio: proto.Message.IAudioMessage): Content {
  const media = readMedia(audio);
  return audio.ptt
    ? defined({ kind: 'voice', media, waveform: base64In(audio.waveform) })
    : { kind: 'audio', media };
}

export const readDocument = (document: proto.Message.IDocumentMessage): Content =>
  defined({
    kind: 'document',
    media: readMedia(document),
    fileName: textIn(document.fileName ?? document.title),
    caption: textIn(document.caption),
    pageCount: countIn(document.pageCount),
  });

export const readSticker = (sticker: proto.Message.IStickerMessage): Content =>
  defined({
    kind: 'sticker',
    media: readMedia(sticker),
    isAnimated: sticker.isAnimated || sticker.isLottie || undefined,
  });
