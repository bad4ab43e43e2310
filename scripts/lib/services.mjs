import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { launch } from './processes.mjs';
import { inState } from './root.mjs';
import { Stop } from './stop.mjs';

/** Long-running Node processes with a log file each, and the ways to wait for them. */

const readyWithinMs = 60_000;
const shownLogLines = 20;

/** The wanted port of 127.0.0.1 when it is free, else some free one. */
export async function freePort(wanted) {
  return (await listenOnce(wanted)) ?? (await listenOnce(0));
}

function listenOnce(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address();
      server.close(() => resolve(taken));
    });
  });
}

/** Starts a Node script; what it prints goes to `.wharf/logs/<name>.log`, and its first line of stdout is `firstLine`. */
export function startService(name, args, { env } = {}) {
  const logFile = inState('logs', `${name}.log`);
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w', 0o600);
  const child = launch(process.execPath, args, { env, isGuarded: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const firstLine = new Promise((resolve) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more) => {
      text += more;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => writeSync(log, data));
  child.ended.then(() => closeSync(log));
  return { name, logFile, ended: child.ended, firstLine };
}

/** Why a service is no more, with the end of its log. */
export async function epitaph({ name, logFile, ended }) {
  const { code, signal } = await ended;
  const lines = existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n') : [];
  return new Stop(
    [
      `${name} has ended by itself (${signal ?? `exit code ${code}`}). The end of ${logFile}:`,
      ...lines.slice(-shownLogLines),
    ].join('\n  '),
  );
}

/** The result of `ready`, unless the service ends first or takes too long. */
export async function whenReady(service, ready) {
  const isLate = Symbol('late');
  const end = new AbortController();
  const result = await Promise.race([
    ready,
    service.ended.then(() => epitaph(service)),
    pause(readyWithinMs, isLate, { signal: end.signal }),
  ]);
  end.abort();
  if (result instanceof Stop) throw result;
  if (result === isLate) {
    throw new Stop(
      `${service.name} is not ready after ${readyWithinMs / 1000} seconds; ${service.logFile} may tell why.`,
    );
  }
  return result;
}

/** Resolves once the address answers. */
export async function answers(url) {
  for (;;) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // Not yet.
    }
    await pause(100, undefined, { ref: false });
  }
}
