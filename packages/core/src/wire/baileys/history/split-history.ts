import { WharfError } from '../../../errors/errors.js';

/**
 * A piece of a history: one message, a chat without its messages (after them), or another field of the history as a whole.
 */
export interface HistoryPiece {
  field: 'message' | 'chat' | number;
  bytes: Uint8Array;
}

/** `HistorySync.conversations`, and in each of them `Conversation.messages`. */
const CONVERSATIONS = 2;
const MESSAGES = 2;

/** Longer than any message is; a length beyond it is a broken one. */
const LONGEST_PIECE_BYTES = 16 * 1024 ** 2;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * Takes a history apart as it comes.
 *
 * protobuf.js decodes a message only as a whole, and a history is one message of up to hundreds of megabytes. Its format allows to
 * go on field by field, so that never more than one message of it is in memory.
 *
 * @throws WharfError HISTORY_UNREADABLE
 */
export async function* splitHistory(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<HistoryPiece> {
  const input = new Input(bytes);
  while (await input.has(1)) {
    const { field, type } = await readTag(input);
    if (field !== CONVERSATIONS || type !== BYTES) {
      yield { field, bytes: await readValue(input, type) };
      continue;
    }
    const end = input.length(await input.varint()) + input.offset;
    const rest: Uint8Array[] = [];
    while (input.offset < end) {
      const inner = await readTag(input);
      const value = await readValue(input, inner.type);
      if (inner.field === MESSAGES && inner.type === BYTES) yield { field: 'message', bytes: value };
      else rest.push(...encodeField(inner, value));
    }
    if (input.offset > end) throw new WharfError('HISTORY_UNREADABLE');
    yield { field: 'chat', bytes: Buffer.concat(rest) };
  }
}

interface Tag {
  field: number;
  type: number;
}

async function readTag(input: Input): Promise<Tag> {
  const tag = await input.varint();
  return { field: Math.floor(tag / 8), type: tag % 8 };
}

/** What a field holds: as it is for bytes, without their length. */
async function readValue(input: Input, type: number): Promise<Uint8Array> {
  if (type === BYTES) return input.take(await input.varint());
  if (type === VARINT) return input.takeVarint();
  if (type === FIXED64 || type === FIXED32) return input.take(type === FIXED64 ? 8 : 4);
  throw new WharfError('HISTORY_UNREADABLE');
}

function encodeField({ field, type }: Tag, value: Uint8Array): Uint8Array[] {
  const length = type === BYTES ? [encodeVarint(value.length)] : [];
  return [encodeVarint(field * 8 + type), ...length, value];
}

function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Uint8Array.from([...bytes, left]);
}

/** Bytes that come bit by bit, to be taken in other bits. */
class Input {
  offset = 0;
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Uint8Array = Buffer.alloc(0);
  #at = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Whether so many more bytes come. */
  async has(count: number): Promise<boolean> {
    let there = this.#held.length - this.#at;
    if (there >= count) return true;
    const parts = [this.#held.subarray(this.#at)];
    while (there < count) {
      const { done, value } = await this.#source.next();
      if (done) break;
      // Whoever gives them may take them back when more is asked for.
      parts.push(Buffer.from(value));
      there += value.length;
    }
    this.#held = Buffer.concat(parts);
    this.#at = 0;
    return there >= count;
  }

  async take(count: number): Promise<Uint8Array> {
    const length = this.length(count);
    if (length > LONGEST_PIECE_BYTES || !(await this.has(length))) throw new WharfError('HISTORY_UNREADABLE');
    const taken = this.#held.subarray(this.#at, this.#at + length);
    this.#at += length;
    this.offset += length;
    return taken;
  }

  async takeVarint(): Promise<Uint8Array> {
    const bytes: number[] = [];
    do bytes.push((await this.take(1))[0] ?? 0);
    while ((bytes.at(-1) ?? 0) > 127 && bytes.length < 10);
    return Uint8Array.from(bytes);
  }

  async varint(): Promise<number> {
    const bytes = await this.takeVarint();
    return bytes.reduceRight((value, byte) => value * 128 + (byte % 128), 0);
  }

  /** A length that can be one. */
  length(value: number): number {
    if (!Number.isSafeInteger(value)) throw new WharfError('HISTORY_UNREADABLE');
    return value;
  }
}
