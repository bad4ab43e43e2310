/** A WhatsApp server on this machine: what the simulator prints. It replaces the trust root, so only loopback is allowed. */
export interface Endpoint {
  /** `ws://127.0.0.1:PORT/ws/chat` */
  ws: string;
  /** The root that signs the server's certificate: 32 bytes, hex. */
  noiseRootPublicKey: string;
}
