import type { Endpoint } from '../../types/endpoint.js';
import { type Bridge, loadBridge } from '../signal/bridge.js';
import { bridgeCurve } from '../signal/curve.js';
import { bindCertificate } from './server-certificate.js';

export type Baileys = typeof import('@whiskeysockets/baileys');

let loading: Promise<Baileys> | undefined;

/** Loads Baileys when the first connection needs it, once per process: it takes half a second and 60 MB. */
export function loadBaileys(): Promise<Baileys> {
  loading ??= Promise.all([import('@whiskeysockets/baileys'), loadBridge()]).then(([baileys, bridge]) => {
    replaceCurve(baileys, bridge);
    acknowledgePlainly(baileys);
    return baileys;
  });
  return loading;
}

/**
 * Gives Baileys our elliptic curve for all that is signed and checked in the process.
 *
 * Its own checks every signature by calling a function that answers false, and ignores the answer: any server could vouch
 * for itself. All its modules call through the one exported object.
 */
function replaceCurve(baileys: Baileys, bridge: Bridge): void {
  const curve = bindCertificate(baileys, bridgeCurve(bridge));
  Object.assign(baileys.Curve, curve);
  if (baileys.Curve.sign !== curve.sign || baileys.Curve.verify !== curve.verify) {
    throw new Error('This version of Baileys does not let us check its signatures.');
  }
}

/**
 * Lets Baileys acknowledge what it could not read like anything else, after it has asked for it again.
 *
 * It would say "unhandled error" (500): the server takes that for a failed delivery, hands the message out first at every
 * login, and keeps everything behind it back (Baileys pull request 2779). Its acknowledgements leave out an error of 0.
 */
function acknowledgePlainly({ NACK_REASONS }: Baileys): void {
  Object.assign(NACK_REASONS, { UnhandledError: 0, ParsingError: 0, MissingMessageSecret: 0 });
}

/** Makes the simulator's certificate chain the trusted one. Process-wide, as Baileys knows only one root. */
export function trustEndpoint(baileys: Baileys, endpoint: Endpoint): void {
  baileys.WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(endpoint.noiseRootPublicKey, 'hex');
}
