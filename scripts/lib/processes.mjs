import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter } from 'node:path';
import { inRoot } from './root.mjs';

/**
 * Every child process of the tooling is started here, so that none can outlive us.
 *
 * A child leads its own process group: Ctrl-C in a terminal would otherwise reach it two or three times (from the
 * terminal, from npm, from us), and a group can be killed together with whatever the child has started itself.
 */

const killAfterMs = 2500;
const isWindows = process.platform === 'win32';
const running = new Set();
const binFolder = inRoot('node_modules', '.bin');

/** The environment for children: the tools of this repository come first on the PATH, unless they are being installed. */
export function environment({ extra = {}, hasTools = true } = {}) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== binFolder);
  return { ...process.env, PATH: (hasTools ? [binFolder, ...folders] : folders).join(delimiter), ...extra };
}

export function launch(
  command,
  args,
  { isGuarded = false, stdio = ['ignore', 'inherit', 'inherit'], ...options } = {},
) {
  const guard = isGuarded ? ['--import', new URL('./leave-with-parent.mjs', import.meta.url).href] : [];
  const child = spawn(command, [...guard, ...args], {
    cwd: inRoot(),
    env: environment(),
    detached: !isWindows,
    stdio: isGuarded ? [...stdio, 'ipc'] : stdio,
    ...options,
  });
  running.add(child);
  child.ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  child.ended.then(() => running.delete(child));
  return child;
}

/** Runs to the end; `output` is what it printed, when it was not printed at once. */
export async function run(command, args, { isSilent = false, ...options } = {}) {
  const stdio = isSilent ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
  const child = launch(command, args, { stdio, ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const { code, signal, error } = await child.ended;
  return { code: signal ? 1 : code, output: error ? `${output}${error.message}\n` : output };
}

/** Lets another program take this one's place: same terminal, same signals, same exit code. */
export async function become(command, args, { graceMs = killAfterMs, ...options } = {}) {
  const child = launch(command, args, {
    isGuarded: true,
    stdio: ['inherit', 'inherit', 'inherit'],
    ...options,
  });
  whenAskedToStop((signal) => stop(child, signal, graceMs));
  const { code, signal, error } = await child.ended;
  if (error) process.stderr.write(`${error.message}\n`);
  process.exit(signal ? 128 + constants.signals[signal] : code);
}

let answerToStop = async (signal) => {
  await stopAll();
  process.exit(128 + constants.signals[signal]);
};

/** What to do at Ctrl-C and the like, in place of stopping all children and leaving. */
export function whenAskedToStop(answer) {
  answerToStop = answer;
}

// The first signal counts; the others are the same wish, arriving by another way.
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!isStopping) answerToStop(signal);
    isStopping = true;
  });
}

// npm passes signals on, but nobody tells us when npm itself is killed.
if (process.env.npm_lifecycle_event && !process.connected) {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGHUP'), 500).unref();
}

export async function stopAll(signal = 'SIGTERM') {
  await Promise.all([...running].map((child) => stop(child, signal)));
}

async function stop(child, signal, graceMs = killAfterMs) {
  kill(child, signal);
  const timer = setTimeout(() => kill(child, 'SIGKILL', { isWholeGroup: true }), graceMs);
  await child.ended;
  clearTimeout(timer);
  // Whatever the child has started and left running goes with it.
  kill(child, 'SIGKILL', { isWholeGroup: true });
}

function kill(child, signal, { isWholeGroup = false } = {}) {
  try {
    if (isWholeGroup && !isWindows && child.pid) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It has ended by itself.
  }
}
