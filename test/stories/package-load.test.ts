import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.js';

describe('loading @wharf/core', () => {
  it('loads neither Baileys nor SQLite, which wait for the first connection and the first storage', async () => {
    const { stdout } = await runProgram(
      `import { registerHooks } from 'node:module';
       const loaded = [];
       registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
       await import('@wharf/core');
       const heavy = loaded.filter((url) => /baileys|better-sqlite3|rust-bridge|libsignal/.test(url));
       console.log(JSON.stringify({ heavy, isCoreLoaded: loaded.some((url) => url.includes('/core/dist/')) }));`,
    );
    expect(JSON.parse(stdout)).toEqual({ heavy: [], isCoreLoaded: true });
  });
});
