/** Where the simulator reports what a person may want to know; the console fits, and so does a pino logger. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** Says nothing. */
export const silentLogger: Logger = { info: () => {}, warn: () => {} };
