import type { UserFacingSocketConfig } from '@whiskeysockets/baileys';

type BaileysLogger = NonNullable<UserFacingSocketConfig['logger']>;

const ignore = () => undefined;

/** Swallows what Baileys logs: it holds phone numbers, stanzas and keys. What matters arrives as a WireEvent. */
export const silentBaileysLogger: BaileysLogger = {
  level: 'silent',
  child: () => silentBaileysLogger,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
};
