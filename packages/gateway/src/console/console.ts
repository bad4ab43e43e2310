import { existsSync, readFileSync } from 'node:fs';
import plugin from 'fastify-plugin';

/** Where the build puts the console: beside the built gateway, and from the sources beside them. */
const folders = [new URL('./console/', import.meta.url), new URL('../../dist/console/', import.meta.url)];

const files = {
  '': ['index.html', 'text/html; charset=utf-8'],
  'console.js': ['console.js', 'text/javascript; charset=utf-8'],
  'console.css': ['console.css', 'text/css; charset=utf-8'],
} as const;

/** Only what is served here runs; pictures and recordings of messages are made in the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  'media-src blob:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The console for the browser, at `/console/`. Its files are for everybody; all it shows needs the token that it asks for. */
export const browserConsole = plugin(async (app) => {
  const folder = folders.find((each) => existsSync(new URL('index.html', each)));
  const config = { scope: 'public' } as const;
  app.get('/console', { config, schema: { hide: true } }, (_request, reply) => reply.redirect('console/'));
  app.get('/', { config, schema: { hide: true } }, (_request, reply) => reply.redirect('console/'));
  if (!folder) return;
  for (const [path, [file, type]] of Object.entries(files)) {
    const bytes = readFileSync(new URL(file, folder));
    app.get(`/console/${path}`, { config, schema: { hide: true } }, (_request, reply) =>
      reply
        .type(type)
        .header('content-security-policy', POLICY)
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-cache')
        .send(bytes),
    );
  }
});
