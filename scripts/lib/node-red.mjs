import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from './processes.mjs';
import { inRoot } from './root.mjs';
import { startService } from './services.mjs';

/** Starts Node-RED with the built package; the demo flow is copied in only where there are no flows yet. */
export function startNodeRed({ userDir, port, endpoint }) {
  mkdirSync(userDir, { recursive: true, mode: 0o700 });
  const flows = join(userDir, 'flows.json');
  if (!existsSync(flows)) copyFileSync(inRoot('demo', 'flows.json'), flows);
  // Encrypts the credentials in the user's folder, so it has to stay the same as long as the folder does.
  const secret = join(userDir, 'credential-secret');
  if (!existsSync(secret)) writeFileSync(secret, randomBytes(32).toString('hex'), { mode: 0o600 });

  const env = environment({ extra: { WHARF_NODE_RED_PORT: String(port), WHARF_NODE_RED_DIR: userDir } });
  // An endpoint of the shell must not turn the real WhatsApp into something else, nor the other way round.
  delete env.WHARF_ENDPOINT;
  if (endpoint) env.WHARF_ENDPOINT = endpoint;
  const red = inRoot('node_modules', 'node-red', 'red.js');
  return startService('node-red', [red, '-u', userDir, '-s', inRoot('demo', 'node-red-settings.cjs')], {
    env,
  });
}
