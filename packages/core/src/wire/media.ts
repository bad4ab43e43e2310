import type { Jid, MessageId } from '../types/ids.js';

/** Which message media belongs to, in the words of the phone that has it. */
export interface MediaMessage {
  id: MessageId;
  chat: Jid;
  isFromMe: boolean;
  /** Who wrote it, in a group. */
  sender?: Jid;
}

/** Where media is uploaded and fetched. */
export interface MediaHosts {
  /** The best first; each may name a port. */
  hosts: Array<{ hostname: string; maxBytes: number }>;
  /** What an upload must show. */
  auth: string;
}

/** What a connection knows of media, and can ask for. The bytes go other ways. */
export interface MediaWire {
  /** The hosts as they are known, or asked for anew, because what was known is refused. */
  hosts(isAnew?: boolean): Promise<MediaHosts>;
  /**
   * Asks the own phone to upload the media of a message again, and gives its new path.
   *
   * @throws WharfError MEDIA_EXPIRED when the phone does not have it either, MEDIA_DOWNLOAD_FAILED when it does not answer
   */
  requestUpload(message: MediaMessage, mediaKey: Uint8Array): Promise<string>;
}
