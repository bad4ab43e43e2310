/** The value if it is an object, else an empty one: for what flows may have put in the place of ours. */
export const asObject = (value: unknown): object =>
  typeof value === 'object' && value !== null ? value : {};
