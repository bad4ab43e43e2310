import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Something that is waited for, and until when; epoch milliseconds. */
export interface Entry<Value> {
  value: Value;
  until: number;
}

type Entries = Map<string, Entry<unknown>>;

/**
 * What nodes wait for, by node: kept by the process across deploys, and in a file for each node across restarts.
 *
 * Written at once, since the question is on its way; few things wait at a time. What is no JSON, such as the response of an HTTP
 * request, could not outlive the process anyway: it is kept in memory only.
 */
export class WaitingStore {
  readonly #byNode = new Map<string, Entries>();

  /** Without a folder nothing outlives the process. */
  constructor(private readonly folder: string | undefined) {}

  of(nodeId: string): Entries {
    const entries = this.#byNode.get(nodeId) ?? this.#read(nodeId);
    this.#byNode.set(nodeId, entries);
    return entries;
  }

  save(nodeId: string): void {
    const entries = this.#byNode.get(nodeId);
    if (!this.folder || !entries) return;
    const file = this.#file(this.folder, nodeId);
    const lines = [...entries].flatMap(([key, entry]) => asJson([key, entry]) ?? []);
    if (lines.length === 0) {
      rmSync(file, { force: true });
      return;
    }
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    // A reader finds the old file or the new one, whenever the process is killed.
    writeFileSync(`${file}.new`, `[${lines.join(',\n')}]\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  delete(nodeId: string): void {
    this.#byNode.delete(nodeId);
    if (this.folder) rmSync(this.#file(this.folder, nodeId), { force: true });
  }

  #read(nodeId: string): Entries {
    if (!this.folder) return new Map();
    try {
      return new Map(JSON.parse(readFileSync(this.#file(this.folder, nodeId), 'utf8'), revive));
    } catch {
      // There is none, as a rule; one that somebody has written into is worth no more.
      return new Map();
    }
  }

  #file(folder: string, nodeId: string): string {
    return join(folder, `${encodeURIComponent(nodeId)}.json`);
  }
}

function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Bytes are bytes again. */
function revive(_key: string, value: unknown): unknown {
  const isBytes =
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value;
  return isBytes && Array.isArray(value.data) ? Buffer.from(value.data) : value;
}
