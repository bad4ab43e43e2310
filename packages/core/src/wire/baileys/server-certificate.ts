import type { Curve } from '../signal/curve.js';
import type { Baileys } from './load.js';

/**
 * Completes Baileys' check of the server's certificate: that it is genuine is not enough, it must be this server's.
 *
 * Anybody can fetch WhatsApp's chain of certificates and show it with a key of their own. Baileys agrees on a secret with the
 * server's key, checks the server's certificate, and then the one above it with the root, all in one synchronous step: when
 * the root is asked for, the latest agreement and the latest check are those of this server.
 */
export function bindCertificate(baileys: Baileys, curve: Curve): Curve {
  const { Details } = baileys.proto.CertChain.NoiseCertificate;
  let serverKey: Uint8Array = Buffer.alloc(0);
  let certificate: Uint8Array = Buffer.alloc(0);
  const isCertified = () => {
    const { key } = Details.decode(certificate);
    return key !== undefined && key !== null && key.length > 0 && Buffer.compare(key, serverKey) === 0;
  };
  return {
    ...curve,
    sharedKey(privateKey, publicKey) {
      serverKey = publicKey;
      return curve.sharedKey(privateKey, publicKey);
    },
    verify(publicKey, message, signature) {
      if (publicKey === baileys.WA_CERT_DETAILS.PUBLIC_KEY && !isCertified()) return false;
      certificate = message;
      return curve.verify(publicKey, message, signature);
    },
  };
}
