export type Bridge = typeof import('whatsapp-rust-bridge');

let loading: Promise<Bridge> | undefined;

/** Loads the ciphers (2 MB of WebAssembly, an ES module only) when the first connection needs them, once per process. */
export function loadBridge(): Promise<Bridge> {
  loading ??= import('whatsapp-rust-bridge');
  return loading;
}
