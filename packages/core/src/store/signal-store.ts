/** What the Signal protocol must not forget. Addresses are `user[_domain].device`; records are the ciphers' own bytes. */
export interface SignalStore {
  /** The sessions with one address each. */
  readonly sessions: SessionRecords;
  /** The key by which the device at an address is known. */
  readonly identities: SignalRecords;
  /** What one author writes in one group with: `group::user[_domain]::device`. */
  readonly senderKeys: SignalRecords;
  readonly preKeys: PreKeyRepository;
  readonly lids: LidRepository;
  readonly plaintexts: PlaintextRepository;
  /** All or nothing; the outermost one counts. */
  transaction<T>(run: () => T): T;
}

/** What was decrypted and perhaps not stored yet, by the hash of its ciphertext: a key opens it only once. */
export interface PlaintextRepository {
  get(ciphertextHash: Uint8Array): Uint8Array | undefined;
  put(ciphertextHash: Uint8Array, plaintext: Uint8Array): void;
  /** Forgets what it said, and remembers that this is stored: when it comes again, it is a duplicate. */
  settle(ciphertextHash: Uint8Array): void;
  isSettled(ciphertextHash: Uint8Array): boolean;
}

export interface SignalRecords {
  getIds(): string[];
  get(id: string): Uint8Array | undefined;
  has(id: string): boolean;
  put(id: string, record: Uint8Array): void;
  delete(id: string): void;
}

export interface SessionRecords extends SignalRecords {
  /** The addresses of a person's devices with which there is a session. */
  getAddresses(name: string): string[];
}

/** Our one-time keys, each until somebody has used it. Both halves are 32 bytes. */
export interface PreKeyRepository {
  get(id: number): { public: Uint8Array; private: Uint8Array } | undefined;
  put(id: number, pair: { public: Uint8Array; private: Uint8Array }): void;
  delete(id: number): void;
}

/** Which hidden address belongs to which phone number; users without server, one of each. */
export interface LidRepository {
  get(pn: string): string | undefined;
  getPn(lid: string): string | undefined;
  put(pn: string, lid: string): void;
  delete(pn: string): void;
}
