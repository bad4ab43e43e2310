import { existsSync } from 'node:fs';
import { become, environment, run } from './processes.mjs';
import { stage } from './progress.mjs';
import { inRoot } from './root.mjs';
import { Stop } from './stop.mjs';

/**
 * Wharf needs Node.js 22.9 or newer: better-sqlite3 crashes on older ones. Many machines have an older one, so the dev
 * dependency `node` brings Node 24 along, and every script hands over to it.
 */

const oldest = [22, 9];
const isWindows = process.platform === 'win32';
const brought = inRoot('node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node');
const linked = inRoot('node_modules', '.bin', 'node');

/** Returns when this process runs on a Node.js that will do; otherwise a newer one takes over and this never returns. */
export async function useNewEnoughNode() {
  // The binary we run on is gone when it was the one of the packages that have just been installed anew.
  if (isNewEnough(process.version) && existsSync(process.execPath)) return;
  if (!existsSync(linked) || !(await hasBroughtNode())) await bringNode();
  if (!(await hasBroughtNode())) {
    throw new Stop(
      `Wharf needs Node.js ${oldest.join('.')} or newer and this is ${process.version}: install Node.js 24 and run the command again.`,
    );
  }
  // Longer than the grace the other side gives its own children, so that it can finish first.
  await become(brought, process.argv.slice(1), { graceMs: 2800 });
}

function isNewEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

async function hasBroughtNode() {
  if (!existsSync(brought)) return false;
  const { code, output } = await run(brought, ['--version'], { isSilent: true });
  return code === 0 && isNewEnough(output.trim());
}

/** Fetches the binary of the package `node`, which `npm ci --ignore-scripts` has left out, and links it for npm's scripts. */
function bringNode() {
  return stage('Fetching Node.js 24', () =>
    run('npm', ['rebuild', 'node', '--loglevel=error'], {
      isSilent: true,
      shell: isWindows,
      env: environment({ hasTools: false }),
    }),
  );
}
