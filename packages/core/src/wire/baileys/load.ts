import type { Endpoint } from '../../types/endpoint.js';

export type Baileys = typeof import('@whiskeysockets/baileys');

let loading: Promise<Baileys> | undefined;

/** Loads Baileys when the first connection needs it, once per process: it takes half a second and 60 MB. */
export function loadBaileys(): Promise<Baileys> {
  loading ??= import('@whiskeysockets/baileys');
  return loading;
}

/** Makes the simulator's certificate chain the trusted one. Process-wide, as Baileys knows only one root. */
export function trustEndpoint(baileys: Baileys, endpoint: Endpoint): void {
  baileys.WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(endpoint.noiseRootPublicKey, 'hex');
}
