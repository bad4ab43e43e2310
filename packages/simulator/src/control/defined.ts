type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Optional fields of a body may be there and undefined; the library's options may only be absent. */
export function defined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
