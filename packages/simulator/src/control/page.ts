import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import type { ControlApp } from './openapi.js';

/** Everything on the page comes from here; the only foreign part is the QR reader. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; media-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** `GET /`: the page on which a person is the phones and the contacts. */
export function addPage(app: ControlApp): void {
  const folder = new URL('./page/', import.meta.url);
  const serve = (path: string, type: string | undefined, content: Buffer) =>
    app.get(path, { schema: { hide: true } }, async (_request, reply) =>
      reply
        .header('content-security-policy', CONTENT_SECURITY_POLICY)
        .header('cache-control', 'no-cache')
        .type(type ?? 'application/octet-stream')
        .send(content),
    );
  for (const name of readdirSync(folder)) {
    const path = name === 'page.html' ? '/' : `/page/${name}`;
    serve(path, TYPES[extname(name)], readFileSync(new URL(name, folder)));
  }
  const qrReader = createRequire(import.meta.url).resolve('jsqr');
  serve('/jsqr.js', TYPES['.js'], readFileSync(qrReader));
}
