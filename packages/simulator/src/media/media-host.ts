import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '../logger.js';
import { BlobStore } from './blob-store.js';
import { createTlsIdentity, isUsable, type TlsIdentity } from './certificate.js';
import { PictureStore } from './picture-store.js';
import { readRange } from './range.js';

/** The largest file WhatsApp takes. */
export const MAX_BLOB_BYTES = 2 * 1024 ** 3;
const UPLOAD_PATH = /^\/(?:mms|product|pps|newsletter)\/[\w-]{1,40}\/([^/]{1,80})$/;
/** Clients that keep to the hosts of the real service can be pointed here by their resolver alone. */
const DNS_NAMES = ['localhost', 'mmg.whatsapp.net', 'pps.whatsapp.net'];
const CLOSE_TIMEOUT_MS = 1_000;

export interface MediaHostOptions {
  /** Keeps blobs and certificates across restarts; without it a temporary folder is used and removed. */
  folder?: string | undefined;
  /** The port that is tried first; any free one is taken if it is in use. */
  port: number;
  logger: Logger;
}

/** The media host: clients upload encrypted blobs to it and fetch them, over TLS on loopback. */
export class MediaHost {
  readonly blobs: BlobStore;
  readonly pictures: PictureStore;
  /** The file with the certificate that clients must trust, as `NODE_EXTRA_CA_CERTS` takes it. */
  readonly caFile: string;
  readonly #identity: TlsIdentity;
  readonly #folder: string;
  readonly #isTemporary: boolean;
  readonly #logger: Logger;
  readonly #server: Server;

  /** Starts a host. */
  static async start(options: MediaHostOptions): Promise<MediaHost> {
    const host = new MediaHost(options);
    await host.#listen(options.port).catch(() => host.#listen(0));
    return host;
  }

  private constructor({ folder, logger }: MediaHostOptions) {
    this.#isTemporary = folder === undefined;
    this.#folder = folder ?? mkdtempSync(join(tmpdir(), 'wharf-simulator-'));
    this.#logger = logger;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    chmodSync(this.#folder, 0o700);
    this.#identity = loadIdentity(this.#folder);
    this.caFile = resolve(this.#folder, 'ca.pem');
    this.blobs = new BlobStore(join(this.#folder, 'blobs'));
    this.pictures = new PictureStore(join(this.#folder, 'pictures'));
    this.#server = createServer({ key: this.#identity.privateKey, cert: this.#identity.certificate });
    this.#server.on('request', (request, response) => {
      this.#handle(request, response).catch((error: Error) => {
        this.#logger.warn(`A media request failed: ${error.message}`);
        response.destroy();
      });
    });
  }

  /** The certificate that clients must trust, PEM. */
  get ca(): string {
    return this.#identity.ca;
  }

  /** Under which names clients reach it, the first being the best. */
  get hostnames(): string[] {
    const { port } = this.#server.address() as AddressInfo;
    return [`127.0.0.1:${port}`, `localhost:${port}`];
  }

  /** The address of something this host serves. */
  url(path: string): string {
    return `https://${this.hostnames[0]}${path}`;
  }

  /** What an account's devices must show when they upload. */
  uploadToken(account: string): string {
    const signature = createHmac('sha256', this.#identity.privateKey).update(account).digest('base64url');
    return `${account}.${signature}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_TIMEOUT_MS).unref();
    this.#server.closeIdleConnections();
    await closed;
    clearTimeout(timer);
    if (this.#isTemporary) rmSync(this.#folder, { recursive: true, force: true });
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://localhost');
    const token = UPLOAD_PATH.exec(url.pathname)?.[1];
    if (request.method === 'POST' && token !== undefined)
      await this.#upload(request, response, decodeURIComponent(token), url.searchParams);
    else if (request.method === 'GET' || request.method === 'HEAD')
      await this.#download(request, response, url.pathname);
    else answer(response, 404, { error: 'There is no such path.' });
  }

  /**
   * An upload: whole, or the rest of one that was cut off (`file_offset`); `resume=1` asks how much arrived.
   */
  async #upload(
    request: IncomingMessage,
    response: ServerResponse,
    token: string,
    query: URLSearchParams,
  ): Promise<void> {
    if (!this.#isAuthorized(query.get('auth')))
      return answer(response, 401, { error: 'Ask for media_conn again.' });
    if (!BlobStore.isToken(token)) return answer(response, 400, { error: 'The token is no SHA-256.' });
    if (Number(request.headers['content-length'] ?? 0) > MAX_BLOB_BYTES)
      return answer(response, 413, { error: 'The file is too large.' });
    if (query.has('resume')) {
      const progress = await this.blobs.progress(token);
      return answer(response, 200, {
        resume: progress,
        ...(progress === 'complete' ? this.#location(token) : {}),
      });
    }
    const offset = Number(query.get('file_offset') ?? 0);
    const body = bounded(request, MAX_BLOB_BYTES - offset);
    const stored =
      offset > 0 ? await this.blobs.resume(token, offset, body) : await this.blobs.put(body, token);
    if (stored === undefined)
      return answer(response, 400, { error: 'The content does not have the hash that the path says.' });
    // What is uploaded for a channel has a name by which the post tells the server of it.
    const handle = request.url?.startsWith('/newsletter/') ? { handle: token } : {};
    answer(response, 200, { ...this.#location(token), ...handle });
  }

  async #download(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const picture = this.pictures.find(path);
    const blob = picture ?? this.blobs.find(path);
    if (typeof blob === 'number') return answer(response, blob, { error: 'The media is gone.' });
    const range = readRange(request.headers.range, blob.byteLength);
    if (range === 'unsatisfiable') {
      response.setHeader('content-range', `bytes */${blob.byteLength}`);
      return answer(response, 416, { error: 'The range is beyond the end.' });
    }
    const { start, end } = range ?? { start: 0, end: blob.byteLength - 1 };
    response.writeHead(range ? 206 : 200, {
      'content-type': picture ? 'image/jpeg' : 'application/octet-stream',
      'content-length': end - start + 1,
      'accept-ranges': 'bytes',
      ...(range ? { 'content-range': `bytes ${start}-${end}/${blob.byteLength}` } : {}),
    });
    if (request.method === 'HEAD') response.end();
    // A client that has seen enough closes the connection: no failure of ours.
    else await pipeline(blob.read(start, end), response).catch(() => {});
  }

  #location(token: string): { url: string; direct_path: string } {
    const path = this.blobs.path(token);
    return { url: this.url(path), direct_path: path };
  }

  #isAuthorized(token: string | null): boolean {
    return token !== null && this.uploadToken(token.split('.')[0] ?? '') === token;
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  // A body that is refused is read all the same, as the real hosts do: an answer may be lost with a connection that is closed on its sender.
  if (status >= 400) response.setHeader('connection', 'keep-alive');
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function* bounded(content: AsyncIterable<Buffer>, maxBytes: number): AsyncIterable<Buffer> {
  let seen = 0;
  for await (const chunk of content) {
    seen += chunk.length;
    if (seen > maxBytes) throw new Error('The upload is larger than it may be.');
    yield chunk;
  }
}

function loadIdentity(folder: string): TlsIdentity {
  const files = { ca: 'ca.pem', certificate: 'host.pem', privateKey: 'host.key' };
  const read = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const saved = {
    ca: read(files.ca),
    certificate: read(files.certificate),
    privateKey: read(files.privateKey),
  };
  if (isUsable(saved)) return saved;
  const identity = createTlsIdentity(DNS_NAMES, ['127.0.0.1']);
  for (const key of ['ca', 'certificate', 'privateKey'] as const)
    writeFileSync(join(folder, files[key]), identity[key], { mode: 0o600 });
  return identity;
}
