import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { assertAllowedHost, guardedLookup, isWharfError, loadIsPublic, WharfError } from '@wharf/core';

/** How much of an answer is read before its connection is given up; what it says is of no interest. */
const LONGEST_ANSWER_BYTES = 65_536;
const KEEP_ALIVE_MS = 4_000;

export interface ReceiverRules {
  /** What is delivered may go to this machine and its network. */
  arePrivateAddressesAllowed: boolean;
  /** One attempt, from the connection to the end of the answer. */
  deliverMs: number;
}

/** Why a receiver has not taken a delivery: `HTTP 500`, or a code such as `ECONNREFUSED`; and when it asked to be tried again. */
export interface Refusal {
  error: string;
  retryAfterMs?: number;
}

/**
 * Posts to URLs that others have chosen. A redirect is not followed, and counts as a refusal.
 *
 * The address is checked that is connected to, so a name that changes what it leads to is of no use to anybody.
 */
export class Receivers {
  readonly #agents = {
    'http:': new HttpAgent({ keepAlive: true, timeout: KEEP_ALIVE_MS }),
    'https:': new HttpsAgent({ keepAlive: true, timeout: KEEP_ALIVE_MS }),
  };

  constructor(private readonly rules: ReceiverRules) {}

  /** Refuses a URL that names an address which is not public. Names are looked up with every delivery. @throws WharfError WEBHOOK_ADDRESS_REFUSED */
  async assertAllowed(url: string): Promise<void> {
    try {
      assertAllowedHost(new URL(url), await this.#isAllowed());
    } catch {
      throw new WharfError('WEBHOOK_ADDRESS_REFUSED');
    }
  }

  /** Delivers once. Undefined when the receiver has taken it. Rejects only when `signal` ends it. */
  async post(
    url: string,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal,
  ): Promise<Refusal | undefined> {
    const deadline = AbortSignal.timeout(this.rules.deliverMs);
    try {
      await this.assertAllowed(url);
      const both = AbortSignal.any([signal, deadline]);
      const answer = await this.#ask(new URL(url), headers, body, both);
      await readAway(answer);
      return refusalOf(answer);
    } catch (error) {
      signal.throwIfAborted();
      return { error: deadline.aborted ? 'TIMED_OUT' : codeOf(error) };
    }
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  async #isAllowed(): Promise<(address: string) => boolean> {
    return this.rules.arePrivateAddressesAllowed ? () => true : loadIsPublic();
  }

  async #ask(
    url: URL,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal,
    isRepeated = false,
  ): Promise<IncomingMessage> {
    const protocol = url.protocol as 'http:' | 'https:';
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    const lookup = guardedLookup(await this.#isAllowed());
    const request = send(url, { method: 'POST', headers, agent: this.#agents[protocol], signal, lookup });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', reject);
    });
    request.end(body);
    try {
      return await answered;
    } catch (error) {
      // The receiver has closed a connection that was kept open, just when it was to be used again.
      if (isRepeated || signal.aborted || !request.reusedSocket) throw error;
      return this.#ask(url, headers, body, signal, true);
    }
  }
}

/** Reads an answer to its end, so that its connection can be used again; one without end is cut off. */
async function readAway(answer: IncomingMessage): Promise<void> {
  let size = 0;
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > LONGEST_ANSWER_BYTES) break;
    }
  } catch {
    // Its status has come, and that is all that counts.
  }
}

function refusalOf({ statusCode: status = 0, headers }: IncomingMessage): Refusal | undefined {
  if (status >= 200 && status < 300) return undefined;
  const seconds = Number(headers['retry-after']);
  return { error: `HTTP ${status}`, ...(seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}) };
}

function codeOf(error: unknown): string {
  if (isWharfError(error)) return 'WEBHOOK_ADDRESS_REFUSED';
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : 'CONNECTION_FAILED';
}
