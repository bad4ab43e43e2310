import { existsSync } from 'node:fs';
import { environment, run } from './processes.mjs';
import { stage } from './progress.mjs';
import { Stop } from './stop.mjs';

/**
 * What tests drive that is not on the npm registry, each by something that is there when it is installed: the browser
 * tests Debian's Chromium, those of recordings ffmpeg, those of n8n's queue mode Redis and Postgres.
 */
const NEEDED = {
  chromium: '/usr/bin/chromium',
  ffmpeg: '/usr/bin/ffmpeg',
  'redis-server': '/usr/bin/redis-server',
  postgresql: '/usr/lib/postgresql',
};

/** Installs what is missing. */
export async function ensureDebianPackages() {
  const missing = Object.entries(NEEDED).flatMap(([name, path]) => (existsSync(path) ? [] : [name]));
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
  const names = missing.join(', ');
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
