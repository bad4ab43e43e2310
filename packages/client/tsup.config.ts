import { defineConfig } from 'tsup';

/** The types alone, those of core as a part of the file. `build.mjs` makes the rest. */
export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm'],
  dts: { only: true, resolve: ['@wharf/core'] },
});
