import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';

/** What a TLS server needs, and what its clients must trust; all PEM. */
export interface TlsIdentity {
  /** The certificate of the test CA. */
  ca: string;
  /** The certificate of the host, signed by the CA. */
  certificate: string;
  privateKey: string;
}

const VALID_DAYS = 825;
const DAY_MS = 86_400_000;
const CA_NAME = 'Wharf simulator test CA';

const OID = {
  commonName: '550403',
  ecdsaWithSha256: '2a8648ce3d040302',
  subjectKeyId: '551d0e',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  authorityKeyId: '551d23',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
};

/**
 * Makes a test CA and one host certificate signed by it.
 *
 * The CA's private key is forgotten at once, so whoever trusts the CA trusts this one host and nothing else.
 */
export function createTlsIdentity(dnsNames: string[], ipAddresses: string[]): TlsIdentity {
  const ca = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const host = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const caKeyId = keyId(ca.publicKey);
  const issue = (subject: string, key: KeyObject, extensions: Buffer[]) =>
    toPem(signCertificate(subject, key, ca.privateKey, extensions));
  return {
    ca: issue(CA_NAME, ca.publicKey, [
      extension(OID.basicConstraints, sequence(boolean(true)), true),
      extension(OID.keyUsage, bitString(Buffer.of(0x06), 1), true), // keyCertSign and cRLSign
      extension(OID.subjectKeyId, der(0x04, caKeyId)),
    ]),
    certificate: issue('Wharf simulator media host', host.publicKey, [
      extension(OID.basicConstraints, sequence(), true),
      extension(OID.keyUsage, bitString(Buffer.of(0x80), 7), true), // digitalSignature
      extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth))),
      extension(OID.subjectAltName, sequence(...alternativeNames(dnsNames, ipAddresses))),
      extension(OID.subjectKeyId, der(0x04, keyId(host.publicKey))),
      extension(OID.authorityKeyId, sequence(der(0x80, caKeyId))),
    ]),
    privateKey: host.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/** Whether a host certificate is still good for a day and was signed by that CA. */
export function isUsable({ ca, certificate }: TlsIdentity): boolean {
  try {
    const host = new X509Certificate(certificate);
    return Date.parse(host.validTo) > Date.now() + DAY_MS && host.verify(new X509Certificate(ca).publicKey);
  } catch {
    return false;
  }
}

function signCertificate(subject: string, key: KeyObject, caKey: KeyObject, extensions: Buffer[]): Buffer {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.of(2))), // X.509 version 3
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    name(CA_NAME),
    sequence(time(Date.now() - DAY_MS), time(Date.now() + VALID_DAYS * DAY_MS)),
    name(subject),
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  return sequence(toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, caKey), 0));
}

function alternativeNames(dnsNames: string[], ipAddresses: string[]): Buffer[] {
  return [
    ...dnsNames.map((dns) => der(0x82, Buffer.from(dns))),
    ...ipAddresses.map((ip) => der(0x87, Buffer.from(ip.split('.').map(Number)))),
  ];
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function toPem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

// DER: a tag, the length of the value, the value.

function der(tag: number, ...values: Buffer[]): Buffer {
  const value = Buffer.concat(values);
  const size = value.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), value]);
}

const sequence = (...values: Buffer[]) => der(0x30, ...values);
const integer = (value: Buffer) => der(0x02, value);
const boolean = (value: boolean) => der(0x01, Buffer.of(value ? 0xff : 0));
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const bitString = (value: Buffer, unusedBits: number) => der(0x03, Buffer.of(unusedBits), value);
const name = (commonName: string) =>
  sequence(der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(commonName)))));
const extension = (id: string, value: Buffer, isCritical = false) =>
  sequence(oid(id), ...(isCritical ? [boolean(true)] : []), der(0x04, value));
/** GeneralizedTime, `YYYYMMDDHHMMSSZ`. */
const time = (at: number) =>
  der(0x18, Buffer.from(`${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`));
