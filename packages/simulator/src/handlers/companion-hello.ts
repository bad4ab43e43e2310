import { WRAPPED_KEY_BYTES } from '../crypto/pairing-code.js';
import { PN_SERVER, parseJid, SERVER_JID } from '../stanza/jid.js';
import { bytesOf, childOf, type Stanza, secondsNow, stanza } from '../stanza/node.js';

/**
 * What WhatsApp takes for `companion_platform_display`: a browser and an operating system it knows. A name of one's
 * own, which a QR pairing accepts, is answered with 400 (measured by others: Baileys pull request 2769, whatsapp-rust
 * pull request 979). The lists are the names that clients in use are known to get through with.
 */
const BROWSERS = ['Chrome', 'Firefox', 'Edge', 'Safari', 'Opera', 'IE', 'Internet Explorer', 'Chromium'];
const SYSTEMS = ['Windows', 'Mac OS', 'Linux', 'Ubuntu', 'Android', 'iOS', 'Chrome OS'];
/** One to three digits or a letter; clients disagree on the number for the same browser. */
const PLATFORM_ID = /^[0-9A-Za-z]{1,3}$/;

/** A client's wish to be linked by a code that it shows. */
export interface CompanionHello {
  phone: string;
  wrappedEphemeral: Buffer;
}

/** Reads `companion_hello`; undefined if WhatsApp would answer it with 400. */
export function readCompanionHello(registration: Stanza): CompanionHello | undefined {
  const jid = parseJid(registration.attrs.jid);
  const wrappedEphemeral = bytesOf(registration, 'link_code_pairing_wrapped_companion_ephemeral_pub');
  const noiseKey = bytesOf(registration, 'companion_server_auth_key_pub');
  const platform = bytesOf(registration, 'companion_platform_id')?.toString() ?? '';
  const display = bytesOf(registration, 'companion_platform_display')?.toString() ?? '';
  if (jid?.server !== PN_SERVER || jid.device !== 0 || !/^[1-9]\d{5,14}$/.test(jid.user)) return undefined;
  if (wrappedEphemeral?.length !== WRAPPED_KEY_BYTES || noiseKey?.length !== 32) return undefined;
  if (!PLATFORM_ID.test(platform) || !isKnownDisplay(display)) return undefined;
  return { phone: jid.user, wrappedEphemeral };
}

function isKnownDisplay(display: string): boolean {
  const [, browser = '', system = ''] = /^(.+) \((.+)\)$/.exec(display) ?? [];
  return BROWSERS.includes(browser) && SYSTEMS.includes(system);
}

/** The phone's answer to a hello, by way of the server: its identity, and its ephemeral key under the code. */
export function primaryHello(id: string, ref: Buffer, identity: Buffer, wrappedEphemeral: Buffer): Stanza {
  return codeNotification(id, 'primary_hello', {}, [
    stanza('link_code_pairing_ref', {}, ref),
    stanza('primary_identity_pub', {}, identity),
    stanza('link_code_pairing_wrapped_primary_ephemeral_pub', {}, wrappedEphemeral),
  ]);
}

/** Tells the client that its code is of no use any more and that the person has to ask for another. */
export function refreshCode(id: string, ref: Buffer): Stanza {
  return codeNotification(id, 'refresh_code', { force_manual_refresh: 'true' }, [
    stanza('link_code_pairing_ref', {}, ref),
  ]);
}

function codeNotification(
  id: string,
  stage: string,
  attributes: Record<string, string>,
  content: Stanza[],
): Stanza {
  return stanza('notification', { from: SERVER_JID, type: 'link_code_companion_reg', id, t: secondsNow() }, [
    stanza('link_code_companion_reg', { stage, ...attributes }, content),
  ]);
}

/** The sealed key bundle in `companion_finish`, if it is for this ref. */
export function readCompanionFinish(registration: Stanza, ref: Buffer): Buffer | undefined {
  const isForRef = bytesOf(registration, 'link_code_pairing_ref')?.equals(ref) ?? false;
  return isForRef ? bytesOf(registration, 'link_code_pairing_wrapped_key_bundle') : undefined;
}

/** The part of a query that is about pairing by code, if it is. */
export function codeRegistrationOf(iq: Stanza): Stanza | undefined {
  return iq.attrs.xmlns === 'md' ? childOf(iq, 'link_code_companion_reg') : undefined;
}
