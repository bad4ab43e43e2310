import type { Contestant } from './contestant.js';

/** Everybody who takes part. Each loads its own packages and not those of the others. */
export const contestants = {
  'bare-memory': async () => (await import('./bare-memory.js')).bareMemory(),
  'bare-files': async () => (await import('./bare-files.js')).bareFiles(),
  wharf: async () => (await import('./wharf.js')).wharf(),
  'wharf-encrypted': async () => (await import('./wharf-encrypted.js')).wharfEncrypted(),
  'wharf-power': async () => (await import('./wharf-power.js')).wharfPower(),
  'wharf-threads': async () => (await import('./wharf-threads.js')).wharfThreads(),
} satisfies Record<string, () => Promise<Contestant>>;

export type ContestantName = keyof typeof contestants;

export const contestantNames = Object.keys(contestants) as ContestantName[];

/** Those who take part only where a measure asks for them. */
export const occasional: ContestantName[] = ['wharf-threads'];
