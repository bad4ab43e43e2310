/** What Wharf logs to: pino, Node-RED's `RED.log` and n8n's logger fit. Nothing secret is ever passed. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const ignore = () => undefined;

export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
