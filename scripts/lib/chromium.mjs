import { existsSync } from 'node:fs';
import { environment, run } from './processes.mjs';
import { stage } from './progress.mjs';
import { Stop } from './stop.mjs';

/** The browser tests drive Debian's Chromium: playwright's own is not on the npm registry. */
export async function ensureChromium() {
  if (existsSync('/usr/bin/chromium')) return;
  const isRoot = process.getuid?.() === 0;
  const sudo = isRoot ? [] : ['sudo', '-n'];
  const apt = (...args) => {
    const [command, ...rest] = [...sudo, 'apt-get', '-q', ...args];
    return run(command, rest, {
      isSilent: true,
      env: environment({ extra: { DEBIAN_FRONTEND: 'noninteractive' } }),
    });
  };
  const { code, output } = await stage('Installing chromium', async () => {
    // A fresh machine has no package lists, a used one old ones: a failure here shows in the install.
    await apt('update');
    return apt('install', '-y', '--no-install-recommends', 'chromium');
  });
  if (code === 0) return;
  throw new Stop(
    `${output}\nThe tests need Chromium: run "sudo apt-get install -y chromium" and then "npm test" again.`,
  );
}
