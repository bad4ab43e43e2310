import { WharfError } from './errors/errors.js';

const MINIMUM = [22, 9] as const;

/** Stops in time under a Node.js that would crash in the native SQLite module. */
export function assertNodeVersion(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    throw new WharfError('NODE_TOO_OLD', { details: { version } });
  }
}
