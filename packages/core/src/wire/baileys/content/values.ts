type Maybe<T> = T | null | undefined;
/** The protobufs have objects for 64 bits. */
export type Numeric = Maybe<number | { toNumber(): number }>;

/** A text that is there and not empty. */
export const textIn = (value: Maybe<string>): string | undefined => value || undefined;

/** A number that JSON can carry. */
export function numberIn(value: Maybe<number>): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A whole number that JSON carries exactly; the wire has 64 bits for some. */
export function integerIn(value: Numeric): number | undefined {
  if (value === null || value === undefined) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A whole number from 0 on. */
export function countIn(value: Numeric): number | undefined {
  const number = integerIn(value);
  return number !== undefined && number >= 0 ? number : undefined;
}

/** Seconds on the wire, milliseconds with us; 0 says nothing. */
export function msIn(seconds: Numeric): number | undefined {
  const number = countIn(seconds);
  return number && Number.isSafeInteger(number * 1_000) ? number * 1_000 : undefined;
}

export function base64In(bytes: Maybe<Uint8Array>): string | undefined {
  if (!bytes?.length) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Named so that a literal keeps its type. */
type Value = string | number | boolean | object | null | undefined;

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The same without what is undefined: JSON has no word for it. */
export function defined<V extends Value, T extends Record<string, V>>(fields: T): Defined<T> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) result[name] = value;
  return result as Defined<T>;
}
