import { WharfError } from '@wharf/core';
import { isLoopbackHost } from './http/loopback.js';

/** How long the simulator may take to say where it is. */
const ANSWER_MS = 5_000;

/**
 * Reads where a simulator is: the JSON line it prints, or the address of its page, which is asked for that line.
 *
 * @throws WharfError OPTION_INVALID, ENDPOINT_NOT_LOOPBACK, CONNECTION_FAILED
 */
export async function readEndpoint(text: string): Promise<string> {
  if (!/^https?:\/\//i.test(text)) return text;
  const url = URL.parse('/endpoint', text);
  if (!url) throw new WharfError('OPTION_INVALID', { details: { option: 'endpoint' } });
  if (!isLoopbackHost(url.host)) throw new WharfError('ENDPOINT_NOT_LOOPBACK');
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' });
    return await response.text();
  } catch (cause) {
    throw new WharfError('CONNECTION_FAILED', { cause });
  }
}
