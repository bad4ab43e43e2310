import type { SessionStore } from '../../../store/store.js';

/** A notice of history that is not stored yet: its protobuf, and how often that has failed. */
export interface PendingChunk {
  id: string;
  notice: string;
  failures: number;
}

const TYPE = 'history';
const INDEX = 'pending';

/** The notices of history that wait to be fetched, in the order in which they came; in the session, so that a crash loses none. */
export class PendingChunks {
  constructor(private readonly session: SessionStore) {}

  /** The first one. */
  get next(): PendingChunk | undefined {
    for (const id of this.#ids()) {
      const text = this.session.get(TYPE, [id]).get(id);
      if (text) return JSON.parse(text) as PendingChunk;
    }
    return undefined;
  }

  /** On disk when it returns: the notice is confirmed, and WhatsApp does not send it again. */
  put(chunk: PendingChunk): void {
    const ids = this.#ids();
    if (!ids.includes(chunk.id)) ids.push(chunk.id);
    this.#write(ids, chunk.id, JSON.stringify(chunk));
    this.session.flush();
  }

  delete(id: string): void {
    const ids = this.#ids().filter((other) => other !== id);
    this.#write(ids, id, undefined);
  }

  #ids(): string[] {
    return JSON.parse(this.session.get(TYPE, [INDEX]).get(INDEX) ?? '[]') as string[];
  }

  #write(ids: string[], id: string, value: string | undefined): void {
    this.session.set([
      { type: TYPE, id: INDEX, value: ids.length > 0 ? JSON.stringify(ids) : undefined },
      { type: TYPE, id, value },
    ]);
  }
}
