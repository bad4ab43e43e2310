import { deflateSync } from 'node:zlib';
import type { proto, WAMessage } from '@whiskeysockets/baileys';
import type { Baileys } from '../load.js';

type Notice = proto.Message.IHistorySyncNotification;

/** A history with nothing in it. */
const EMPTY = deflateSync(Buffer.alloc(0));

/**
 * The notices of history, taken out of Baileys' hands.
 *
 * It would fetch the whole of a history into memory, as often as it takes: 2 GB have been seen (Baileys issue 2160). It is asked
 * first whether it should; a "no" would also keep it from fetching what the devices of the account share (app state). So it is
 * given an empty history instead.
 */
export class HistoryNotices {
  readonly #taken = new WeakMap<Notice, Uint8Array>();

  constructor(private readonly baileys: Baileys) {}

  /** Baileys' `shouldSyncHistoryMessage`, which it asks with the notice itself, and without one to know in general. */
  readonly take = (notice: Notice): boolean => {
    if (!notice.directPath && !notice.initialHistBootstrapInlinePayload) return true;
    this.#taken.set(notice, this.#encode(notice));
    notice.initialHistBootstrapInlinePayload = EMPTY;
    return true;
  };

  /** The notice in a message, as it came; undefined for one without, and for one that the own phone has not written. */
  read(raw: WAMessage): Notice | undefined {
    const notice = raw.message?.protocolMessage?.historySyncNotification;
    if (!notice || !raw.key.fromMe) return undefined;
    return this.baileys.proto.Message.HistorySyncNotification.decode(
      this.#taken.get(notice) ?? this.#encode(notice),
    );
  }

  #encode(notice: Notice): Uint8Array {
    return this.baileys.proto.Message.HistorySyncNotification.encode(notice).finish();
  }
}
