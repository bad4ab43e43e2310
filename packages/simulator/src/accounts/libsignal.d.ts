import 'libsignal';

/** What libsignal's own typings leave out and the simulator's Signal side needs. */
declare module 'libsignal' {
  interface SessionEntry {
    indexInfo: { closed: number; used: number };
    getChain(ephemeralKey: Buffer): unknown;
    serialize(): unknown;
  }

  interface SessionRecord {
    sessions: Record<string, SessionEntry>;
    getOpenSession(): SessionEntry | undefined;
  }

  interface SessionCipher {
    doDecryptWhisperMessage(message: Buffer, session: SessionEntry): Promise<Buffer>;
  }
}
