/**
 * What a session record of the ciphers holds: the session in use, and older ones for messages still under way.
 *
 * Each session stays the bytes it is; only the few fields that are needed to choose between them are read.
 */
export interface SessionRecord {
  current?: Uint8Array;
  previous: Uint8Array[];
}

const RECORD = { current: 1, previous: 2 } as const;
const SESSION = { receiverChain: 7, registrationId: 10, baseKey: 13 } as const;
const CHAIN = { ratchetKey: 1 } as const;
const PRE_KEY_MESSAGE = { baseKey: 2, identity: 3 } as const;
const MESSAGE = { ratchetKey: 1 } as const;
const MAC_BYTES = 8;

export function readRecord(bytes: Uint8Array): SessionRecord {
  const [current] = bytesIn(bytes, RECORD.current);
  return { ...(current ? { current } : {}), previous: bytesIn(bytes, RECORD.previous) };
}

export function writeRecord({ current, previous }: SessionRecord): Uint8Array {
  return Buffer.concat([
    ...(current ? encodeBytes(RECORD.current, current) : []),
    ...previous.flatMap((session) => encodeBytes(RECORD.previous, session)),
  ]);
}

/** The key that whoever began the session made for it: its name. */
export function baseKeyOf(session: Uint8Array): Uint8Array | undefined {
  return bytesIn(session, SESSION.baseKey)[0];
}

/** The number that the other side gave to its installation. */
export function registrationIdOf(session: Uint8Array): number | undefined {
  for (const { number, value } of fieldsOf(session)) {
    if (number === SESSION.registrationId && typeof value === 'number') return value;
  }
  return undefined;
}

/** Whether the session has received under this ratchet key: the message is its own, then. */
export function receivesUnder(session: Uint8Array, ratchetKey: Uint8Array): boolean {
  return bytesIn(session, SESSION.receiverChain).some((chain) => {
    const [key] = bytesIn(chain, CHAIN.ratchetKey);
    return key !== undefined && areEqual(key, ratchetKey);
  });
}

/** The ratchet key under which a message was encrypted. */
export function ratchetKeyOf(message: Uint8Array): Uint8Array | undefined {
  return bytesIn(message.subarray(1, -MAC_BYTES), MESSAGE.ratchetKey)[0];
}

/** Who begins a session with this first message, and by what key the session will be known. */
export function introductionOf(message: Uint8Array): { identity?: Uint8Array; baseKey?: Uint8Array } {
  const body = message.subarray(1);
  const [identity] = bytesIn(body, PRE_KEY_MESSAGE.identity);
  const [baseKey] = bytesIn(body, PRE_KEY_MESSAGE.baseKey);
  return { ...(identity ? { identity } : {}), ...(baseKey ? { baseKey } : {}) };
}

export function areEqual(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
}

interface Field {
  number: number;
  value: number | Uint8Array;
}

function bytesIn(message: Uint8Array, field: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const { number, value } of fieldsOf(message)) {
    if (number === field && typeof value !== 'number') found.push(value);
  }
  return found;
}

/** The fields of a protobuf message, one level deep; it ends where the bytes make no sense. */
function* fieldsOf(bytes: Uint8Array): Generator<Field, void, void> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) return Number.NaN;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 2: {
        const length = varint();
        if (!(at + length <= bytes.length)) return;
        yield { number, value: bytes.subarray(at, at + length) };
        at += length;
        break;
      }
      default:
        return;
    }
  }
}

function encodeBytes(number: number, value: Uint8Array): Uint8Array[] {
  const length: number[] = [];
  let rest = value.length;
  for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128);
  return [Uint8Array.of((number << 3) | 2, ...length, rest), value];
}
