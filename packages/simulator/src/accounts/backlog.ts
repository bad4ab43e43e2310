import { SERVER_JID } from '../stanza/jid.js';
import { childOf, type Stanza, stanza } from '../stanza/node.js';
import type { DeviceLink } from './device.js';
import type { QueuedStanza } from './state.js';

const DEFAULT_BATCH = 100;
const MAX_BATCH = 1_000;
/** How long to wait for a client that neither asks for a batch nor confirms what it got. */
const PATIENCE_MS = 1_000;

/**
 * Hands a device what was kept while it was away: first a preview, then batch by batch, then the mark that it
 * was all. A batch follows when the client asks for it or has confirmed the one before.
 */
export class Backlog {
  readonly #link: DeviceLink;
  readonly #onDone: () => void;
  #waiting: QueuedStanza[];
  readonly #unconfirmed = new Set<QueuedStanza>();
  #batchSize = DEFAULT_BATCH;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Nothing follows before this one is confirmed. */
  #refused: QueuedStanza | undefined;

  /** `onDone` is called when the device can take stanzas as they come. */
  constructor(link: DeviceLink, kept: QueuedStanza[], onDone: () => void) {
    this.#link = link;
    this.#waiting = [...kept];
    this.#onDone = onDone;
  }

  start(): void {
    if (this.#waiting.length === 0) return this.#finish();
    this.#link.send(preview(this.#waiting));
    this.#waitForClient();
  }

  /** Takes a stanza that came meanwhile: it has to wait its turn. */
  add(entry: QueuedStanza): void {
    this.#waiting.push(entry);
  }

  /** The client asks for the next batch. */
  request(count: number): void {
    this.#batchSize = Math.min(Math.max(count || DEFAULT_BATCH, 1), MAX_BATCH);
    this.#sendBatch();
  }

  /** The client confirmed these. */
  settled(entries: QueuedStanza[]): void {
    for (const entry of entries) this.#unconfirmed.delete(entry);
    if (this.#refused && entries.includes(this.#refused)) this.#refused = undefined;
    if (entries.length > 0) this.#waiting = this.#waiting.filter((entry) => !entries.includes(entry));
    if (this.#sent > 0 && this.#unconfirmed.size === 0) this.#sendBatch();
  }

  /** The connection is gone: nothing more is sent, and nothing is lost. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #sendBatch(): void {
    if (this.#refused) return;
    const [first] = this.#waiting;
    if (first?.isRefused) this.#refused = first;
    for (const entry of this.#waiting.splice(0, this.#refused ? 1 : this.#batchSize)) {
      const { tag, attrs, content } = entry.stanza;
      this.#unconfirmed.add(entry);
      this.#link.send({
        tag,
        attrs: { ...attrs, offline: String(this.#sent) },
        ...(content === undefined ? {} : { content }),
      });
      this.#sent += 1;
    }
    if (this.#refused) return;
    if (this.#waiting.length === 0) this.#finish();
    else this.#waitForClient();
  }

  #waitForClient(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sendBatch(), PATIENCE_MS);
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#link.send(stanza('ib', { from: SERVER_JID }, [stanza('offline', { count: this.#sent })]));
    this.#onDone();
  }
}

/** How many stanzas a client asks for; undefined if it asks for none. */
export function readBatchRequest(ib: Stanza): number | undefined {
  const request = childOf(ib, 'offline_batch');
  return request && (Number(request.attrs.count) || 0);
}

function preview(kept: QueuedStanza[]): Stanza {
  const count = (tag: string) => kept.filter(({ stanza }) => stanza.tag === tag).length;
  return stanza('ib', { from: SERVER_JID }, [
    stanza('offline_preview', {
      count: kept.length,
      message: count('message'),
      notification: count('notification'),
      receipt: count('receipt'),
      appdata: 0,
    }),
  ]);
}
