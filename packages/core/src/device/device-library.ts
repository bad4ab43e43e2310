import { WharfError } from '../errors/errors.js';
import type { MediaClaims, MediaContent, MediaSource } from '../types/media.js';
import type { DownloadedMedia } from './account-media.js';
import type { Device } from './device.js';

/** The media library as one device sees it: what it may read of it, and what is put there to be sent later. */
export interface DeviceLibrary {
  /**
   * Puts a file into the library, from wherever it comes, so that it can be sent by its hash, as often as wanted.
   *
   * It stays as long as the limits of the library let it.
   *
   * @throws WharfError DEVICE_NOT_CONNECTED, one of kind media
   */
  store(source: MediaSource, claims?: MediaClaims): Promise<DownloadedMedia>;
  /** What the library has under this hash for the device. @throws WharfError MEDIA_NOT_STORED */
  find(sha256: string): MediaContent;
}

export const libraryOf = ({ account }: Device): DeviceLibrary => ({
  async store(source, claims) {
    // The library is the account's: without one there is nobody to keep it for.
    if (!account) throw new WharfError('DEVICE_NOT_CONNECTED');
    return account.media.store(source, claims);
  },
  find(sha256) {
    const found = account?.media.get(sha256);
    if (!found) throw new WharfError('MEDIA_NOT_STORED');
    return found;
  },
});
