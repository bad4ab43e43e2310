import type { AddressInfo } from 'node:net';
import { isWharfError, openManager, WharfError } from '@wharf/core';
import { isLoopbackHost } from './http/loopback.js';
import { readTrustedProxies } from './http/trusted-proxies.js';
import { readEndpoint } from './read-endpoint.js';
import { scopes } from './scopes.js';
import { createGateway } from './server.js';
import { Tokens } from './tokens/tokens.js';

export interface ServeOptions {
  port: string | number;
  host: string;
  storage: string;
  endpoint?: string;
  /** Where clients find the gateway, when that is not where it listens. */
  publicUrl?: string;
  /** False: whoever is on this machine may do everything. */
  isTokenNeeded: boolean;
  /** The proxies that are believed when they say who has asked, with commas between them. */
  trustProxy?: string;
  /** Webhooks may lead to this machine and its network. */
  arePrivateWebhooksAllowed?: boolean;
}

/** A gateway that runs. */
export interface RunningGateway {
  url: string;
  /** Answers what has been asked, takes nothing new, and closes the devices' connections; they stay linked. */
  close(): Promise<void>;
}

/**
 * Opens the storage and answers at the address until it is closed.
 *
 * @throws WharfError OPTION_INVALID, GATEWAY_OPEN, ADDRESS_IN_USE, and those of `openManager`
 */
export async function serve(
  {
    port,
    host,
    storage,
    endpoint,
    publicUrl,
    isTokenNeeded,
    trustProxy,
    arePrivateWebhooksAllowed = false,
  }: ServeOptions,
  say: (line: string) => void,
): Promise<RunningGateway> {
  if (!/^\d{1,5}$/.test(String(port)) || Number(port) > 65_535)
    throw new WharfError('OPTION_INVALID', { details: { option: 'port' } });
  if (!isTokenNeeded && !isLoopbackHost(host)) throw new WharfError('GATEWAY_OPEN');
  const trustedProxies = trustProxy === undefined ? [] : readTrustedProxies(trustProxy);
  const simulator = endpoint === undefined ? {} : { endpoint: await readEndpoint(endpoint) };
  const manager = await openManager({ storage, ...simulator });
  try {
    const tokens = isTokenNeeded ? new Tokens(storage) : undefined;
    const app = createGateway({
      webhooks: { arePrivateAddressesAllowed: arePrivateWebhooksAllowed },
      manager,
      storage,
      ...(tokens ? { tokens } : {}),
      ...(publicUrl ? { publicUrl } : {}),
      trustedProxies,
      logger: { stream: process.stderr },
    });
    await app.listen({ port: Number(port), host }).catch(sayWhy);
    if (tokens?.isEmpty) say(`token: ${tokens.create({ name: 'first', scopes: [...scopes] }).secret}`);
    const { address, family, port: taken } = app.server.address() as AddressInfo;
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
    say(`The gateway is ready: ${url}`);
    return {
      url,
      async close() {
        await app.close();
        await manager.close();
      },
    };
  } catch (error) {
    await manager.close();
    throw error;
  }
}

function sayWhy(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const isAddress = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND'].includes(String(code));
  throw isAddress && !isWharfError(error) ? new WharfError('ADDRESS_IN_USE', { cause: error }) : error;
}
