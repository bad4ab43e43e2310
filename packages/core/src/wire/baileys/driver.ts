import type { WireDriver } from '../wire.js';
import { readCredentials } from './auth-state.js';
import { loadBaileys } from './load.js';
import { openBaileysWire } from './open-wire.js';
import { pairedAccount } from './paired-account.js';
import { refreshWebVersion } from './web-version.js';

/** Connections by way of unmodified Baileys. */
export const baileysDriver: WireDriver = {
  open: openBaileysWire,
  async readAccount(session) {
    const creds = readCredentials(await loadBaileys(), session);
    return creds && pairedAccount(creds);
  },
  refreshVersion: refreshWebVersion,
};
