import { bounds } from '../../bounds.js';
import { withDeadline } from '../../util/deadline.js';
import { loadBaileys } from './load.js';

type WebVersion = [number, number, number];

let refreshed: WebVersion | undefined;

/** The version to present to the server, when a newer one than Baileys' own has been learned. */
export function webVersion(): { version?: WebVersion } {
  return refreshed ? { version: refreshed } : {};
}

/** Learns the current version from web.whatsapp.com; false when it could not be had within the bound. */
export async function refreshWebVersion(): Promise<boolean> {
  const { fetchLatestWaWebVersion } = await loadBaileys();
  const answer = await withDeadline(fetchLatestWaWebVersion({}), bounds.queryMs, () => undefined);
  if (!answer?.isLatest) return false;
  refreshed = answer.version;
  return true;
}
