import { readFileSync, writeFileSync } from 'node:fs';
import { readOptions } from './lib/options.mjs';
import { inRoot } from './lib/root.mjs';
import { main } from './lib/stop.mjs';

/**
 * npm leaves the optional packages of other platforms out of package-lock.json when the registry it asks does not
 * carry them (a company mirror, say), and then `npm ci` refuses that same lock. Their versions are exact and their
 * names tell the platform, so the entries can be written down without asking anybody.
 */
const platform =
  /-(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/;

/** This repository's, and that of the n8n which tests drive. */
const LOCKS = [inRoot('package-lock.json'), inRoot('test', 'hosts', 'n8n', 'install', 'package-lock.json')];

await main(() => {
  const { check } = readOptions('run lock', { check: { type: 'boolean' } });
  for (const file of LOCKS) {
    const lock = JSON.parse(readFileSync(file, 'utf8'));
    const missing = missingEntries(lock);
    for (const path of Object.keys(missing)) process.stdout.write(`${path}\n`);
    if (check || Object.keys(missing).length === 0) continue;
    const packages = Object.entries({ ...lock.packages, ...missing });
    lock.packages = Object.fromEntries(packages.sort(([a], [b]) => a.localeCompare(b, 'en')));
    writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  }
});

/** The entries that `lock` lacks, by their path. */
function missingEntries(lock) {
  const missing = {};
  for (const { dev, optionalDependencies = {} } of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const path = `node_modules/${name}`;
      if (Object.keys(lock.packages).some((known) => known === path || known.endsWith(`/${path}`))) continue;
      const [, os, cpu, libc] = platform.exec(name) ?? [];
      if (!os || !/^\d/.test(version))
        throw new Error(`package-lock.json lacks ${name}@${version}, whose platform is unknown`);
      missing[path] = {
        version,
        cpu: [cpu],
        ...(dev ? { dev } : {}),
        ...(libc?.startsWith('musl') ? { libc: ['musl'] } : {}),
        optional: true,
        os: [os],
      };
    }
  }
  return missing;
}
