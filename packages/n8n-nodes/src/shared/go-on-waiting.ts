import { join } from 'node:path';
import type { Logger } from '@wharf/core';
import { hasQuestions } from './answers.js';
import { connect, isMain } from './connect.js';
import { readCredential } from './credential.js';

const ignore = () => undefined;
const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * After a restart of n8n, reads the answers to questions that were asked before it, in the default storage.
 *
 * Credentials cannot be read yet: another storage, or one with a key of its own, is read from when a node first uses it.
 */
export async function goOnWaiting(): Promise<void> {
  const { place } = readCredential({});
  if (place.kind !== 'n8n' || !isMain() || !(await hasQuestions(join(place.storage, 'waits')))) return;
  await connect(place, silent).catch(ignore);
}
