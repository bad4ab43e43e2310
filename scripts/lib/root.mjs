import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder: every path of the tooling starts here, whatever the working directory is. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** A path inside the repository. */
export function inRoot(...parts) {
  return join(root, ...parts);
}

/** What running leaves behind (user data, logs, stamps): one folder, never committed. */
export function inState(...parts) {
  return inRoot('.wharf', ...parts);
}
