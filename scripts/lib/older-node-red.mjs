import { join } from 'node:path';
import { ensureInstalled } from './cached-install.mjs';
import { inRoot } from './root.mjs';

/** Installs the older Node-RED that the package also runs in, and the flow library's scorecard, unless that was done. */
export function ensureOlderNodeRed() {
  return ensureInstalled({ name: 'node-red', description: inRoot('test', 'hosts', 'node-red', 'install') });
}

/** What starts it. */
export const scriptOf = (folder) => join(folder, 'node_modules', 'node-red', 'red.js');
