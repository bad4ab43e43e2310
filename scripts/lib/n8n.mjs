import { ensureInstalled } from './cached-install.mjs';
import { inRoot } from './root.mjs';

/**
 * Installs the n8n that tests drive, 2.9 GB, unless that was done, and answers with its folder.
 *
 * Of what its packages would do at install only two things are needed: isolated-vm's binary, which it brings along, and
 * sqlite3's, which is compiled, because its download is not on the npm registry.
 */
export function ensureN8n() {
  return ensureInstalled({
    name: 'n8n',
    description: inRoot('test', 'hosts', 'n8n', 'install'),
    rebuilds: [['isolated-vm'], ['sqlite3', '--build-from-source']],
  });
}
