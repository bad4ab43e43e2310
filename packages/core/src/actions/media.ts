import { z } from 'zod';
import type { AccountMedia, DownloadedMedia } from '../device/account-media.js';
import type { Device } from '../device/device.js';
import type { ErrorCode } from '../errors/codes.js';
import { WharfError } from '../errors/errors.js';
import { defineAction } from './action.js';
import { messageIdField } from './fields.js';

/** What goes into an answer is held in memory. */
const MOST_BASE64_BYTES = 16 * 1024 ** 2;

const file = z.object({
  sha256: z.string().meta({ description: 'Of the content, in base64: its name in the media library.' }),
  sizeBytes: z.number(),
  mimetype: z.string(),
  fileName: z.string().optional(),
  base64: z.string().optional(),
});

const forms = {
  isBase64Wanted: z
    .boolean()
    .default(false)
    .meta({ description: 'Return the content as well, in base64; up to 16 MB.' }),
  saveAs: z.string().min(1).max(4_096).optional().meta({
    description:
      'Write the content to this path, outside of the storage folder. Its folder must be there; a file of that name is replaced.',
  }),
};

const errors: readonly ErrorCode[] = [
  'MESSAGE_NOT_FOUND',
  'MESSAGE_WITHOUT_MEDIA',
  'MEDIA_NOT_STORED',
  'MEDIA_TOO_LARGE',
  'MEDIA_PATH_UNWRITABLE',
];

export const mediaActions = [
  defineAction({
    name: 'message.downloadMedia',
    title: 'Download the media of a message',
    description:
      'Puts the media of a message into the media library of the device, unless it is there, and tells what it is. What WhatsApp has no more is asked for from the own phone, which must be online.',
    needs: 'connected',
    errors: [...errors, 'MEDIA_DOWNLOAD_OFF', 'MEDIA_DOWNLOAD_FAILED', 'MEDIA_EXPIRED', 'MEDIA_CORRUPT'],
    input: { messageId: messageIdField, ...forms },
    output: file,
    async run({ device }, { messageId, ...wanted }) {
      const media = mediaOf(device);
      return given(media, await media.download(messageId), wanted);
    },
  }),
  defineAction({
    name: 'media.get',
    title: 'Get media that was downloaded',
    description:
      'Gives the media of a message from the media library of the device, without a connection; it fetches nothing.',
    needs: 'device',
    errors,
    input: { messageId: messageIdField, ...forms },
    output: file,
    async run({ device }, { messageId, ...wanted }) {
      const media = mediaOf(device);
      const found = media.find(messageId);
      if (!found) throw new WharfError('MEDIA_NOT_STORED');
      return given(media, found, wanted);
    },
  }),
];

function mediaOf({ account }: Device): AccountMedia {
  if (!account) throw new WharfError('MESSAGE_NOT_FOUND');
  return account.media;
}

async function given(
  media: AccountMedia,
  found: DownloadedMedia,
  { isBase64Wanted, saveAs }: { isBase64Wanted: boolean; saveAs?: string | undefined },
): Promise<z.output<typeof file>> {
  if (isBase64Wanted && found.sizeBytes > MOST_BASE64_BYTES)
    throw new WharfError('MEDIA_TOO_LARGE', { details: { maxBytes: MOST_BASE64_BYTES } });
  if (saveAs !== undefined) await media.save(found.sha256, saveAs);
  if (!isBase64Wanted) return found;
  const parts: Buffer[] = [];
  // What is read is used up by the next piece.
  for await (const bytes of media.read(found.sha256)) parts.push(Buffer.from(bytes));
  return { ...found, base64: Buffer.concat(parts).toString('base64') };
}
