import { cp } from 'node:fs/promises';
import { defineConfig } from 'tsup';

/** n8n requires one CommonJS file per credential and node; icons keep their place relative to them. */
export default defineConfig({
  entry: {
    'credentials/WhatsAppDeviceApi.credentials': '../../credentials/WhatsAppDeviceApi.credentials.ts',
  },
  format: 'cjs',
  target: 'node22',
  external: ['n8n-workflow'],
  outExtension: () => ({ js: '.js' }),
  clean: true,
  onSuccess: () => cp('../../icons', 'dist/icons', { recursive: true }),
});
