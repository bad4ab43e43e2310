import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

/** The commands of CONTRIBUTING.md, as a user runs them. */
const repository = resolve(import.meta.dirname, '..');
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(command: string, args: string[], { cwd = repository, env = process.env } = {}) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    printed.stderr += text;
  });
  const ended = once(child, 'close').then(([code]): Outcome => {
    running.delete(child);
    return { code, ...printed };
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (printed.stdout.includes('\n')) resolve(printed.stdout.slice(0, printed.stdout.indexOf('\n')));
    });
    ended.then(({ stderr }) => reject(new Error(`ended without a line: ${stderr}`)));
  });
  firstLine.catch(() => undefined);
  return { child, ended, firstLine };
}

const script = (name: string, ...args: string[]) =>
  start(process.execPath, [join(repository, 'scripts', name), ...args]).ended;

describe('options', () => {
  it.each(['start.mjs', 'build.mjs', 'test.mjs', 'check.mjs', 'crash.mjs', 'bench.mjs', 'soak.mjs'])(
    '%s refuses one it does not know',
    async (name) => {
      const { code, stdout, stderr } = await script(name, '--nonsense');
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /^"--nonsense" is not an option: run "npm .* -- --help" for the options there are\.\n$/,
      );
    },
  );

  it.each([
    [['--port'], '"--port" needs a value'],
    [['--port', 'eleven'], '"eleven" is not a port'],
    [['--whatsapp=yes'], '"--whatsapp" takes no value'],
    [['now'], '"now" means nothing here'],
  ])('start refuses %j', async (args, sentence) => {
    const { code, stderr } = await script('start.mjs', ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('start explains itself', async () => {
    const { code, stdout } = await script('start.mjs', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--whatsapp');
  });
});

describe('an old Node.js', () => {
  /** The scripts in a folder of their own, with a Node.js that says it is 20 as far as they can see. */
  function checkout() {
    const folder = mkdtempSync(join(tmpdir(), 'wharf-scripts-'));
    cpSync(join(repository, 'scripts'), join(folder, 'scripts'), { recursive: true });
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    writeFileSync(join(folder, 'package-lock.json'), '{ "packages": {} }');
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), '{ "packages": {} }');
    writeFileSync(
      join(folder, 'old.mjs'),
      "Object.defineProperty(process, 'version', { value: 'v20.20.2' });\n",
    );
    // Whatever would fetch a newer one is not there, either.
    const run = (...args: string[]) =>
      start(process.execPath, ['--import', join(folder, 'old.mjs'), ...args], {
        cwd: folder,
        env: { ...process.env, PATH: join(folder, 'node_modules/.bin') },
      }).ended;
    return { folder, run, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
  }

  it('is told what to do when there is no newer one, in one sentence', async () => {
    using place = checkout();
    const { code, stderr } = await place.run('scripts/build.mjs');
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'Wharf needs Node.js 22.9 or newer and this is v20.20.2: install Node.js 24 and run the command again.',
    );
  });

  it('hands over to the one among the packages, with options and exit code', async () => {
    using place = checkout();
    const brought = join(place.folder, 'node_modules/node/bin/node');
    mkdirSync(join(brought, '..'), { recursive: true });
    const answer =
      '#!/bin/sh\n[ "$1" = --version ] && echo v24.0.0 && exit\nshift 2\necho "taken over: $*"\nexit 7\n';
    for (const file of [brought, join(place.folder, 'node_modules/.bin/node')]) {
      writeFileSync(file, answer, { mode: 0o755 });
    }
    const { code, stdout } = await place.run('scripts/build.mjs', '--force');
    expect(stdout).toMatch(/^taken over: .*build\.mjs --force\n$/);
    expect(code).toBe(7);
  });
});

describe('npm run simulator', () => {
  it('prints one line of JSON and stops at Ctrl-C', async () => {
    const { child, ended, firstLine } = start('npm', [
      'run',
      '-s',
      'simulator',
      '--',
      '--port',
      '0',
      '--json',
    ]);
    const endpoint = JSON.parse(await firstLine);
    expect(endpoint.ws).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\//);
    child.kill('SIGINT');
    const { stdout, code } = await ended;
    // It ends itself with 1 when it has not come to its end within two seconds.
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    await expect(fetch(endpoint.http)).rejects.toThrow();
  }, 90_000);
});

describe('package-lock.json', () => {
  it('has the packages of every platform, without which npm ci refuses it', async () => {
    const { stdout } = await start(process.execPath, ['scripts/complete-lock.mjs', '--check']).ended;
    expect(stdout, 'run "npm run lock"').toBe('');
  });

  it('names no registry', () => {
    expect(readFileSync(join(repository, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "http/);
  });
});
