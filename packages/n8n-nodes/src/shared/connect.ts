import { createHash } from 'node:crypto';
import type { DeviceHost, Logger } from '@wharf/core';
import { watchAnswers } from './answers.js';
import { loadClient } from './client.js';
import { loadCore } from './core.js';
import type { Place } from './credential.js';
import { SetupError } from './errors.js';

interface Entry {
  host: Promise<DeviceHost>;
  /** Of the secret it was opened with. */
  secretHash: string;
}

/** What this process holds, whichever copy of the package opened it. */
interface Held {
  hosts: Map<string, Entry>;
  /** Triggers that read the log: the last one that closes at the end of the process closes the hosts. */
  readers: number;
  isEnding: boolean;
}

/** The shape is versioned: after an update of the package, closures of the old one run beside the new one. */
const KEY = Symbol.for('@wharf/n8n-nodes-whatsapp-device/held/1');
const registry = globalThis as { [KEY]?: Held };

/**
 * The devices of a place, opened when they are first needed and kept until the process ends.
 *
 * Everything above this talks to a `DeviceHost` and does not know where the devices run.
 */
export async function connect(place: Place, logger: Logger): Promise<DeviceHost> {
  const { hosts } = held();
  const secret = place.kind === 'n8n' ? place.encryptionKey : place.token;
  const secretHash = createHash('sha256')
    .update(secret ?? '')
    .digest('base64');
  // A folder has one key; a gateway has any number of tokens, each for what it may.
  const name = place.kind === 'n8n' ? place.storage : `${place.url} ${secretHash}`;
  const known = hosts.get(name);
  if (known) {
    if (known.secretHash === secretHash) return known.host;
    throw keyDiffers();
  }
  const entry = { host: open(place, logger), secretHash };
  hosts.set(name, entry);
  try {
    const host = await entry.host;
    if (isMain()) await watchAnswers(host, place, logger);
    return host;
  } catch (error) {
    if (hosts.get(name) === entry) hosts.delete(name);
    throw error;
  }
}

/** Notes a reader of the log, and returns what to call when it has stopped. */
export function noteReader(): () => Promise<void> {
  const all = held();
  all.readers += 1;
  let isGone = false;
  return async () => {
    if (isGone) return;
    isGone = true;
    all.readers -= 1;
    if (all.isEnding && all.readers === 0) await closeAll(all);
  };
}

function open(place: Place, logger: Logger): Promise<DeviceHost> {
  switch (place.kind) {
    case 'n8n':
      return openHere(place, logger);
    case 'gateway':
      return openGateway(place, logger);
  }
}

/**
 * Opens the storage in this process, with the same policy in every kind of n8n process: a device runs where something listens
 * to it, which is where triggers are active; one without a trigger runs wherever it was first used. All others send through
 * that process. So a worker never opens a second connection, and `n8n execute` can send without any trigger. Webhook processes only
 * answer requests; there may be any number of them, and they come and go.
 */
async function openHere(
  { storage, encryptionKey }: Place & { kind: 'n8n' },
  logger: Logger,
): Promise<DeviceHost> {
  const { shareManager } = await loadCore();
  const { manager } = await shareManager({
    storage,
    logger,
    run: process.argv[2] === 'webhook' ? 'never' : 'always',
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
  });
  return manager;
}

/** The process of n8n that runs triggers, and reads what is answered in chats. */
export const isMain = () => process.argv[2] === undefined || process.argv[2] === 'start';

/** Reaches a gateway once, so that a wrong address or token is told to who has chosen it; later it may come and go. */
async function openGateway({ url, token }: Place & { kind: 'gateway' }, logger: Logger): Promise<DeviceHost> {
  if (!url)
    throw new SetupError(
      'The credential says that the device runs in a gateway, and not in which one.',
      'Open the credential and enter the "Gateway URL", such as http://localhost:3000.',
    );
  const { connectGateway } = await loadClient();
  const host = connectGateway({
    url,
    logger,
    ...(token ? { token } : {}),
    onError: ({ message }) => logger.warn(`WhatsApp devices of ${new URL(url).host}: ${message}`),
  });
  await host.act('device.list', {});
  return host;
}

function keyDiffers(): SetupError {
  return new SetupError(
    'Another credential uses the same storage folder with a different encryption key.',
    'Give both credentials the same encryption key, or each a storage folder of its own. After a change of the key, restart n8n.',
  );
}

function held(): Held {
  const known = registry[KEY];
  if (known) return known;
  const all: Held = { hosts: new Map(), readers: 0, isEnding: false };
  registry[KEY] = all;
  // n8n has handlers of its own for these, which close the triggers and end the process.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    if (process.listenerCount(signal) > 0)
      process.prependOnceListener(signal, () => {
        all.isEnding = true;
      });
  }
  return all;
}

/** Without a trigger nobody closes anything: storage and connection are safe against any end of the process. */
async function closeAll({ hosts }: Held): Promise<void> {
  const entries = [...hosts.values()];
  hosts.clear();
  await Promise.all(entries.map(async ({ host }) => (await host).close().catch(() => undefined)));
}
