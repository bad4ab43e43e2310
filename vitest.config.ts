import { defineConfig } from 'vitest/config';

/** Tests run on the sources of every package; what a user installs is tested from its tarball in test/hosts. */
const conditions = ['@wharf/source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    // Most tests wait for other processes most of the time.
    maxWorkers: '100%',
    // The difference between two large files takes for ever.
    diff: { truncateThreshold: 2_000 },
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // How long a slow machine may take to get where a test waits for it.
    expect: { poll: { timeout: 10_000 } },
  },
});
