import { SERVER_JID } from '../stanza/jid.js';
import { childOf, type Stanza, stanza } from '../stanza/node.js';
import type { DeliveryQueue } from './delivery-queue.js';
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
  readonly #queue: DeliveryQueue;
  readonly #rest: Iterator<QueuedStanza, undefined>;
  #next: QueuedStanza | undefined;
  readonly #unconfirmed = new Set<QueuedStanza>();
  #batchSize = DEFAULT_BATCH;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  /** Nothing follows before this one is confirmed. */
  #refused: QueuedStanza | undefined;

  /** `onDone` is called when the device can take stanzas as they come. */
  constructor(link: DeviceLink, queue: DeliveryQueue, onDone: () => void) {
    this.#link = link;
    this.#queue = queue;
    this.#rest = queue.inOrder();
    this.#onDone = onDone;
  }

  start(): void {
    if (this.#queue.size === 0) return this.#finish();
    this.#link.send(preview(this.#queue));
    this.#waitForClient();
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
    if (this.#sent > 0 && this.#unconfirmed.size === 0) this.#sendBatch();
  }

  /** The connection is gone: nothing more is sent, and nothing is lost. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#isStopped = true;
  }

  #sendBatch(): void {
    if (this.#refused || this.#isStopped) return;
    for (let left = this.#batchSize; left > 0 && !this.#refused; left -= 1) {
      const entry = this.#peek();
      if (!entry) break;
      this.#hand(entry);
    }
    if (this.#refused) return;
    if (this.#peek()) this.#waitForClient();
    else this.#finish();
  }

  /** What comes next, if it was not confirmed before its turn. */
  #peek(): QueuedStanza | undefined {
    while (!this.#next || !this.#queue.has(this.#next)) {
      this.#next = this.#rest.next().value;
      if (!this.#next) return undefined;
    }
    return this.#next;
  }

  #hand(entry: QueuedStanza): void {
    const { tag, attrs, content } = entry.stanza;
    this.#next = undefined;
    if (entry.isRefused) this.#refused = entry;
    this.#unconfirmed.add(entry);
    this.#link.send({
      tag,
      attrs: { ...attrs, offline: String(this.#sent) },
      ...(content === undefined ? {} : { content }),
    });
    this.#sent += 1;
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

function preview(queue: DeliveryQueue): Stanza {
  return stanza('ib', { from: SERVER_JID }, [
    stanza('offline_preview', {
      count: queue.size,
      message: queue.count('message'),
      notification: queue.count('notification'),
      receipt: queue.count('receipt'),
      appdata: 0,
    }),
  ]);
}
