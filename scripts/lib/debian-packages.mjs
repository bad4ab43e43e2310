import { existsSync } from 'node:fs';
import { environment, run } from './processes.mjs';
import { stage } from './progress.mjs';
import { Stop } from './stop.mjs';

/** What tests drive that is not on the npm registry: the browser tests Debian's Chromium, those of recordings ffmpeg. */
const NEEDED = ['chromium', 'ffmpeg'];

/** Installs what is missing. */
export async function ensureDebianPackages() {
  const missing = NEEDED.filter((name) => !existsSync(`/usr/bin/${name}`));
  if (missing.length === 0) return;
  const isRoot = process.getuid?.() === 0;
  const sudo = isRoot ? [] : ['sudo', '-n'];
  const apt = (...args) => {
    const [command, ...rest] = [...sudo, 'apt-get', '-q', ...args];
    return run(command, rest, {
      isSilent: true,
      env: environment({ extra: { DEBIAN_FRONTEND: 'noninteractive' } }),
    });
  };
  const names = missing.join(' and ');
  const { code, output } = await stage(`Installing ${names}`, async () => {
    // A fresh machine has no package lists, a used one old ones: a failure here shows in the install.
    await apt('update');
    return apt('install', '-y', '--no-install-recommends', ...missing);
  });
  if (code === 0) return;
  throw new Stop(
    `${output}\nThe tests need ${names}: run "sudo apt-get install -y ${missing.join(' ')}" and then "npm test" again.`,
  );
}
