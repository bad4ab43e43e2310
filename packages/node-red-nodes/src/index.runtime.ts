import type { NodeAPI } from 'node-red';
import { isNodeTooOld } from './shared/node-version.js';

/**
 * What Node-RED calls once when it loads the package.
 *
 * Everything else is imported only after the version of Node.js was looked at, because the native parts below
 * end the whole process under an old one.
 */
export default async function whatsappDevice(RED: NodeAPI): Promise<void> {
  const version = process.versions.node;
  if (isNodeTooOld(version)) throw new Error(RED._('errors.NODE_TOO_OLD', { version }));
  const { register } = await import('./register.js');
  register(RED);
}
