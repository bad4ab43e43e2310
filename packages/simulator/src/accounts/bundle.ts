import { bigEndian, bytesOf, childOf, numberOf, type Stanza, stanza } from '../stanza/node.js';

/** The public keys somebody needs to start a Signal session with a device; all keys are 32 raw bytes. */
export interface Bundle {
  registrationId: number;
  identity: Buffer;
  signedPreKey: SignedPreKey;
  /** A one-time pre-key; absent when the device has none left, which weakens but does not prevent a session. */
  preKey?: PreKey;
}

export interface PreKey {
  id: number;
  public: Buffer;
}

export interface SignedPreKey extends PreKey {
  signature: Buffer;
}

const KEY_TYPE = Buffer.of(5);

/** The bundle as the children of a `<user>` in the answer to a key request. */
export function bundleStanzas(bundle: Bundle): Stanza[] {
  return [
    stanza('registration', {}, bigEndian(bundle.registrationId, 4)),
    stanza('type', {}, KEY_TYPE),
    stanza('identity', {}, bundle.identity),
    stanza('skey', {}, [
      ...preKeyStanzas(bundle.signedPreKey),
      stanza('signature', {}, bundle.signedPreKey.signature),
    ]),
    ...(bundle.preKey ? [stanza('key', {}, preKeyStanzas(bundle.preKey))] : []),
  ];
}

/** Reads the bundle that a client attaches to a retry receipt; undefined if it attached none or half of one. */
export function readRetryBundle(receipt: Stanza): Bundle | undefined {
  const keys = childOf(receipt, 'keys');
  const registrationId = numberOf(receipt, 'registration');
  const identity = bytesOf(keys, 'identity');
  const signedPreKey = readSignedPreKey(childOf(keys, 'skey'));
  const preKey = readPreKey(childOf(keys, 'key'));
  if (registrationId === undefined || identity?.length !== 32 || !signedPreKey) return undefined;
  return { registrationId, identity, signedPreKey, ...(preKey ? { preKey } : {}) };
}

/** Reads `<id/><value/>`; undefined unless both are there and the key has 32 bytes. */
export function readPreKey(key: Stanza | undefined): PreKey | undefined {
  const id = numberOf(key, 'id');
  const value = bytesOf(key, 'value');
  return id === undefined || value?.length !== 32 ? undefined : { id, public: value };
}

/** Reads `<id/><value/><signature/>`; undefined unless all three are there. */
export function readSignedPreKey(key: Stanza | undefined): SignedPreKey | undefined {
  const preKey = readPreKey(key);
  const signature = bytesOf(key, 'signature');
  return preKey && signature?.length === 64 ? { ...preKey, signature } : undefined;
}

function preKeyStanzas(key: PreKey): Stanza[] {
  return [stanza('id', {}, bigEndian(key.id, 3)), stanza('value', {}, key.public)];
}
