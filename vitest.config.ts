import { defineConfig } from 'vitest/config';

/** Tests run on the sources of every package; what a user installs is tested from its tarball in test/hosts. */
const conditions = ['@wharf/source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // How long a slow machine may take to get where a test waits for it.
    expect: { poll: { timeout: 10_000 } },
  },
});
