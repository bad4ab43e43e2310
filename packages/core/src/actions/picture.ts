import type { Device } from '../device/device.js';
import type { ErrorCode } from '../errors/codes.js';
import type { MediaSource } from '../types/media.js';

/** What can be wrong with a picture. */
export const pictureErrors: readonly ErrorCode[] = [
  'MEDIA_SOURCE_INVALID',
  'MEDIA_SOURCE_UNREADABLE',
  'MEDIA_FETCH_FAILED',
  'MEDIA_ADDRESS_REFUSED',
  'MEDIA_TOO_LARGE',
  'MEDIA_CONVERSION_FAILED',
];

/** A square JPEG of what is given, if anything is. */
export const pictureOf = async (
  { account }: Device,
  source: MediaSource | undefined,
): Promise<Uint8Array | undefined> => source && account?.media.picture(source);
