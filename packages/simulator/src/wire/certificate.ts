import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { isSignedBy, type KeyPair, sign } from '../crypto/curve.js';

const { Details } = proto.CertChain.NoiseCertificate;

/** The root is not part of the chain: clients know it, by this serial number and its public key. */
const ROOT_SERIAL = 0;
const INTERMEDIATE_SERIAL = 1;
const LEAF_SERIAL = 2;
const VALID_FOR_SECONDS = 10 * 365 * 24 * 3600;

/** The keys a server proves itself with: a test root, an intermediate it signed, and the Noise static key. */
export interface ServerKeys {
  root: KeyPair;
  intermediate: KeyPair;
  noise: KeyPair;
}

/** Builds the encoded `CertChain` that vouches for the server's Noise static key under the given root. */
export function createCertificateChain(keys: ServerKeys): Buffer {
  const notBefore = Math.floor(Date.now() / 1000) - 3600;
  const notAfter = notBefore + VALID_FOR_SECONDS;
  const intermediate = Details.encode({
    serial: INTERMEDIATE_SERIAL,
    issuerSerial: ROOT_SERIAL,
    key: keys.intermediate.public,
    notBefore,
    notAfter,
  }).finish();
  const leaf = Details.encode({
    serial: LEAF_SERIAL,
    issuerSerial: INTERMEDIATE_SERIAL,
    key: keys.noise.public,
    notBefore,
    notAfter,
  }).finish();
  const chain = {
    intermediate: { details: intermediate, signature: sign(keys.root.private, intermediate) },
    leaf: { details: leaf, signature: sign(keys.intermediate.private, leaf) },
  };
  return Buffer.from(proto.CertChain.encode(chain).finish());
}

/** Whether a chain leads from this root to this static key; it checks everything the strictest client checks. */
export function isCertificateChainValid(
  chain: Uint8Array,
  rootKey: Uint8Array,
  staticKey: Uint8Array,
): boolean {
  const { intermediate, leaf } = proto.CertChain.decode(chain);
  if (!intermediate?.details || !intermediate.signature || !leaf?.details || !leaf.signature) return false;
  const issuer = Details.decode(intermediate.details);
  const subject = Details.decode(leaf.details);
  return (
    issuer.issuerSerial === ROOT_SERIAL &&
    subject.issuerSerial === issuer.serial &&
    isSignedBy(rootKey, intermediate.details, intermediate.signature) &&
    isSignedBy(issuer.key ?? Buffer.alloc(0), leaf.details, leaf.signature) &&
    Buffer.from(staticKey).equals(subject.key ?? Buffer.alloc(0))
  );
}
