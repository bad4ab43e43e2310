import type { QueuedStanza } from './state.js';

/** What a device that stays away misses beyond this is lost, oldest first. */
const MOST_KEPT = 20_000;

/** All that a device has not confirmed yet, in order: what is done to one stanza costs the same however many wait. */
export class DeliveryQueue {
  readonly #entries: Set<QueuedStanza>;
  /** By what the client confirms them with: the same for what several people say about one message. */
  readonly #byName = new Map<string, Set<QueuedStanza>>();

  /** Works on `entries` itself, which are what is written to disk. */
  constructor(entries: Set<QueuedStanza>) {
    this.#entries = entries;
    for (const entry of entries) this.#index(entry);
  }

  get size(): number {
    return this.#entries.size;
  }

  has(entry: QueuedStanza): boolean {
    return this.#entries.has(entry);
  }

  /** How many stanzas with this tag wait. */
  count(tag: string): number {
    let count = 0;
    for (const { stanza } of this.#entries) if (stanza.tag === tag) count += 1;
    return count;
  }

  add(entry: QueuedStanza): void {
    this.#entries.add(entry);
    this.#index(entry);
    if (this.#entries.size <= MOST_KEPT) return;
    const [oldest] = this.#entries;
    if (oldest) this.#remove(oldest);
  }

  /** The first message with this id. */
  findMessage(id: string | undefined): QueuedStanza | undefined {
    const [first] = this.#byName.get(nameOf('message', id)) ?? [];
    return first;
  }

  /** Takes off what the client has confirmed, and returns it. */
  settle(tag: string, id: string | undefined, type?: string): QueuedStanza[] {
    const settled = [...(this.#byName.get(nameOf(tag, id, type)) ?? [])];
    for (const entry of settled) this.#remove(entry);
    return settled;
  }

  /** Everything in the order it is handed over: what was refused first, and what is added meanwhile as well. */
  *inOrder(): Generator<QueuedStanza, undefined> {
    for (const entry of this.#entries) if (entry.isRefused) yield entry;
    for (const entry of this.#entries) if (!entry.isRefused) yield entry;
  }

  #index(entry: QueuedStanza): void {
    const name = nameOfEntry(entry);
    const namesakes = this.#byName.get(name);
    if (namesakes) namesakes.add(entry);
    else this.#byName.set(name, new Set([entry]));
  }

  #remove(entry: QueuedStanza): void {
    this.#entries.delete(entry);
    const name = nameOfEntry(entry);
    const namesakes = this.#byName.get(name);
    namesakes?.delete(entry);
    if (namesakes?.size === 0) this.#byName.delete(name);
  }
}

/** Receipts about one message are told apart by their type. */
function nameOf(tag: string, id: string | undefined, type?: string): string {
  return [tag, id, tag === 'receipt' ? type : undefined].join(' ');
}

function nameOfEntry({ stanza: { tag, attrs } }: QueuedStanza): string {
  return nameOf(tag, attrs.id, attrs.type);
}
