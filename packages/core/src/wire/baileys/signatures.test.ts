import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proto } from '@whiskeysockets/baileys';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteSession } from '../../store/sqlite/store.js';
import { withKeyType } from '../signal/curve.js';
import { bridge, curve } from '../signal/test-parties.js';
import { sqliteAuthState } from './auth-state.js';
import { loadBaileys, trustEndpoint } from './load.js';

const baileys = await loadBaileys();

const stanza = (tag: string, attrs: Record<string, string>, content?: unknown) =>
  ({ tag, attrs, content }) as Parameters<typeof baileys.configureSuccessfulPairing>[0];

function authState() {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-signatures-'));
  const session = openSqliteSession(folder);
  onTestFinished(() => {
    session.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    session,
    ...sqliteAuthState({
      baileys,
      bridge,
      session,
      onIdentityChange: () => undefined,
      onDuplicate: () => undefined,
      onDecrypted: async () => undefined,
      onFailed: () => undefined,
      onAliasLearned: () => undefined,
    }),
  };
}

it('Baileys signs and checks with our curve', () => {
  const { keyPair, signature } = baileys.signedKeyPair(curve.generateKeyPair(), 1);
  expect(Object.keys(baileys.Curve).sort()).toEqual(Object.keys(curve).sort());
  expect(baileys.Curve.verify(keyPair.public, keyPair.public, signature)).toBe(false);
});

describe('a server', () => {
  const root = curve.generateKeyPair();
  const intermediate = curve.generateKeyPair();
  const server = curve.generateKeyPair();

  beforeEach(() => {
    trustEndpoint(baileys, { ws: '', noiseRootPublicKey: root.public.toString('hex') });
  });

  /** Shakes hands with a server that has this key and shows the certificates that these keys have signed. */
  function shakeHands({ key = server, signedBy = intermediate, vouchedBy = root } = {}): Uint8Array {
    const { Details } = proto.CertChain.NoiseCertificate;
    const [above, leaf] = [
      Details.encode({ serial: 1, issuerSerial: 0, key: intermediate.public }).finish(),
      Details.encode({ serial: 2, issuerSerial: 1, key: server.public }).finish(),
    ];
    const chain = proto.CertChain.encode({
      intermediate: { details: above, signature: curve.sign(vouchedBy.private, above) },
      leaf: { details: leaf, signature: curve.sign(signedBy.private, leaf) },
    }).finish();

    const noise = { NOISE_HEADER: Buffer.from('header'), logger: silent };
    const [clientKey, serverEphemeral] = [curve.generateKeyPair(), curve.generateKeyPair()];
    const client = baileys.makeNoiseHandler({ ...noise, keyPair: clientKey });
    // The server has gone through the same steps as the client when it begins to answer.
    const answer = baileys.makeNoiseHandler({ ...noise, keyPair: clientKey });
    answer.authenticate(serverEphemeral.public);
    answer.mixIntoKey(curve.sharedKey(serverEphemeral.private, clientKey.public));
    const sealedKey = answer.encrypt(key.public);
    answer.mixIntoKey(curve.sharedKey(key.private, clientKey.public));
    const serverHello = {
      ephemeral: serverEphemeral.public,
      static: sealedKey,
      payload: answer.encrypt(chain),
    };
    return client.processHandshake(
      proto.HandshakeMessage.fromObject({ serverHello }),
      curve.generateKeyPair(),
    );
  }

  it('is trusted with a certificate that leads to the root', () => {
    expect(shakeHands()).toHaveLength(48);
  });

  it('is refused when the root, or whom the root vouches for, has not signed', () => {
    const stranger = curve.generateKeyPair();
    expect(() => shakeHands({ signedBy: stranger })).toThrow('noise certificate signature invalid');
    expect(() => shakeHands({ vouchedBy: stranger })).toThrow(
      'noise intermediate certificate signature invalid',
    );
  });

  it("is refused with somebody else's certificate", () => {
    expect(() => shakeHands({ key: curve.generateKeyPair() })).toThrow('certificate signature invalid');
  });
});

describe('a pairing', () => {
  /** What the phone sends to a device that it links; `signer` should be the account. */
  function pairSuccess(creds: ReturnType<typeof authState>['auth']['creds'], signer?: Uint8Array) {
    const account = curve.generateKeyPair();
    const details = proto.ADVDeviceIdentity.encode({ rawId: 1, timestamp: 1, keyIndex: 1 }).finish();
    const signed = Buffer.concat([Buffer.of(6, 0), details, creds.signedIdentityKey.public]);
    const identity = proto.ADVSignedDeviceIdentity.encode({
      details,
      accountSignatureKey: account.public,
      accountSignature: curve.sign(signer ?? account.private, signed),
    }).finish();
    const hmac = createHmac('sha256', Buffer.from(creds.advSecretKey, 'base64')).update(identity).digest();
    const sealed = proto.ADVSignedDeviceIdentityHMAC.encode({ details: identity, hmac }).finish();
    return stanza('iq', { id: '1' }, [
      stanza('pair-success', {}, [
        stanza('device-identity', {}, sealed),
        stanza('device', { jid: '100:1@s.whatsapp.net', lid: '900:1@lid' }),
      ]),
    ]);
  }

  it('is refused when the device identity was not signed by the account', () => {
    const { creds } = authState().auth;
    expect(baileys.configureSuccessfulPairing(pairSuccess(creds), creds).creds.me?.id).toBe(
      '100:1@s.whatsapp.net',
    );
    const forged = pairSuccess(creds, curve.generateKeyPair().private);
    expect(() => baileys.configureSuccessfulPairing(forged, creds)).toThrow(
      'Failed to verify account signature',
    );
  });
});

describe('a bundle from the server', () => {
  /** The answer to a request for keys; `signer` should be the identity. */
  function keysOf(jid: string, signer?: Uint8Array) {
    const identity = curve.generateKeyPair();
    const preKey = curve.generateKeyPair();
    const number = (value: number, size: number) =>
      Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex');
    return stanza('iq', {}, [
      stanza('list', {}, [
        stanza('user', { jid }, [
          stanza('registration', {}, number(7, 4)),
          stanza('identity', {}, identity.public),
          stanza('skey', {}, [
            stanza('id', {}, number(1, 3)),
            stanza('value', {}, preKey.public),
            stanza('signature', {}, curve.sign(signer ?? identity.private, withKeyType(preKey.public))),
          ]),
        ]),
      ]),
    ]);
  }

  it('is refused when its pre-key was not signed by the identity: no session, so nothing can be sent', async () => {
    const { auth, makeSignalRepository } = authState();
    const keys = baileys.addTransactionCapability(auth.keys, silent, {
      maxCommitRetries: 1,
      delayBetweenTriesMs: 1,
    });
    const repository = makeSignalRepository({ creds: auth.creds, keys }, silent);
    await baileys.parseAndInjectE2ESessions(keysOf('900@lid'), repository);
    expect(await repository.validateSession('900@lid')).toEqual({ exists: true });

    const forged = keysOf('901@lid', curve.generateKeyPair().private);
    await expect(baileys.parseAndInjectE2ESessions(forged, repository)).rejects.toMatchObject({
      name: 'SignalError',
      failure: 'forged',
    });
    expect(await repository.validateSession('901@lid')).toMatchObject({ exists: false });
    await expect(repository.encryptMessage({ jid: '901@lid', data: Buffer.from('x') })).rejects.toThrow(
      'No session record',
    );
  });

  it('gives way when Baileys deletes the session behind the repository', async () => {
    const { auth, makeSignalRepository } = authState();
    const keys = baileys.addTransactionCapability(auth.keys, silent, {
      maxCommitRetries: 1,
      delayBetweenTriesMs: 1,
    });
    const repository = makeSignalRepository({ creds: auth.creds, keys }, silent);
    await baileys.parseAndInjectE2ESessions(keysOf('900@lid'), repository);
    await repository.encryptMessage({ jid: '900@lid', data: Buffer.from('x') });
    await repository.lidMapping.storeLIDPNMappings([{ pn: '100@s.whatsapp.net', lid: '900@lid' }]);
    const address = repository.jidToSignalProtocolAddress('100@s.whatsapp.net');
    expect(address).toBe('900_1.0');
    expect(Object.keys(await keys.get('session', [address]))).toEqual([address]);
    await keys.set({ session: { [address]: null } });
    expect(await keys.get('session', [address])).toEqual({});
    await expect(repository.encryptMessage({ jid: '900@lid', data: Buffer.from('x') })).rejects.toThrow(
      'No session record',
    );
    repository.close?.();
  });
});

const silent = {
  level: 'silent',
  child: () => silent,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
