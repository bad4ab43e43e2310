import { createHash } from 'node:crypto';
import { type Bundle, bundleStanzas, readPreKey, readSignedPreKey } from '../accounts/bundle.js';
import { Companion, type Device } from '../accounts/device.js';
import {
  bigEndian,
  bytesOf,
  childOf,
  childrenOf,
  numberOf,
  type Stanza,
  secondsNow,
  stanza,
} from '../stanza/node.js';
import type { ClientSession, Handler } from './session.js';

/** Keeps the public keys that clients upload, and hands them out to those who want to write to them. */
export const handleEncrypt: Handler = (iq, session) => {
  if (iq.attrs.type === 'set') {
    storeKeys(iq, session.companion);
    session.answer(iq);
  } else if (childOf(iq, 'count')) {
    session.answer(iq, [stanza('count', { value: session.companion.state.preKeys.size })]);
  } else if (childOf(iq, 'digest')) {
    session.answer(iq, [digest(session.companion)]);
  } else if (childOf(iq, 'key')) {
    session.answer(iq, [stanza('list', {}, bundles(iq, session))]);
  } else {
    session.unknown(iq);
  }
};

/** An upload or a rotation of the signed pre-key; uploads are upserts by key id, since clients repeat them. */
function storeKeys(iq: Stanza, { state, account }: Companion): void {
  const signedPreKey = readSignedPreKey(childOf(childOf(iq, 'rotate') ?? iq, 'skey'));
  if (signedPreKey) state.signedPreKey = signedPreKey;
  const identity = bytesOf(iq, 'identity');
  if (identity?.length === 32) state.identity = identity;
  state.registrationId = numberOf(iq, 'registration') ?? state.registrationId;
  for (const key of childrenOf(childOf(iq, 'list'), 'key')) {
    const preKey = readPreKey(key);
    if (preKey) state.preKeys.set(preKey.id, preKey.public);
  }
  account.changed();
}

/** What the server has of the client's keys, with a hash over it, so that the client can tell if they differ. */
function digest({ state }: Companion): Stanza {
  const { identity, signedPreKey, preKeys, registrationId } = state;
  const hash = createHash('sha1').update(identity).update(signedPreKey.public).update(signedPreKey.signature);
  for (const publicKey of preKeys.values()) hash.update(publicKey);
  const ids = [...preKeys.keys()].map((id) => stanza('id', {}, bigEndian(id, 3)));
  return stanza('digest', {}, [
    ...bundleStanzas({ registrationId, identity, signedPreKey }),
    stanza('list', {}, ids),
    stanza('hash', {}, hash.digest()),
  ]);
}

/** One `<user>` per device asked for; unknown ones are left out, for an error among them fails the whole send. */
function bundles(iq: Stanza, session: ClientSession): Stanza[] {
  return childrenOf(childOf(iq, 'key'), 'user').flatMap(({ attrs: { jid } }) => {
    const device = jid === undefined ? undefined : session.directory.findDevice(jid);
    return device ? [stanza('user', { jid, t: secondsNow() }, deviceKeys(device, device.takeBundle()))] : [];
  });
}

function deviceKeys(device: Device, bundle: Bundle): Stanza[] {
  const keys = bundleStanzas(bundle);
  return device instanceof Companion
    ? [...keys, stanza('device-identity', {}, device.state.deviceIdentity)]
    : keys;
}
