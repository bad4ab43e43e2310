import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ControlApp } from './openapi.js';

/** The page is one file without foreign parts; the only script it loads besides its own is the QR reader. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src blob: data:; base-uri 'none'; frame-ancestors 'none'";

/** `GET /`: the page on which a person is the phone and the contact. */
export function addPage(app: ControlApp): void {
  const page = readFileSync(new URL('./page.html', import.meta.url));
  const qrReader = readFileSync(createRequire(import.meta.url).resolve('jsqr'));
  app.get('/', { schema: { hide: true } }, (_request, reply) =>
    reply
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .type('text/html; charset=utf-8')
      .send(page),
  );
  app.get('/jsqr.js', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/javascript').send(qrReader),
  );
}
