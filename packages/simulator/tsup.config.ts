import { cp } from 'node:fs/promises';
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/cli.ts'],
  format: 'esm',
  target: 'node22',
  dts: { entry: 'src/index.ts', compilerOptions: { stripInternal: true } },
  clean: true,
  // Read from beside the code at run time, in the sources as in the build.
  onSuccess: () => cp('src/control/page', 'dist/page', { recursive: true }),
});
