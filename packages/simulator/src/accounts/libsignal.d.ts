import 'libsignal';

/** What libsignal's own typings leave out and the simulator's Signal side needs. */
declare module 'libsignal' {
  interface SessionEntry {
    constructor: { deserialize(data: unknown): SessionEntry };
    /** By ephemeral key, oldest first. */
    _chains: Record<string, unknown>;
    indexInfo: { closed: number; used: number };
    serialize(): unknown;
  }

  interface SessionRecord {
    sessions: Record<string, SessionEntry>;
    getOpenSession(): SessionEntry | undefined;
    getSessions(): SessionEntry[];
  }

  interface SessionCipher {
    getRecord(): Promise<SessionRecord>;
    storeRecord(record: SessionRecord): Promise<void>;
    queueJob<T>(job: () => Promise<T>): Promise<T>;
    doDecryptWhisperMessage(message: Buffer, session: SessionEntry): Promise<Buffer>;
  }
}
