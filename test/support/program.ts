import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Starts a piece of TypeScript-free code in a process of its own, with the built packages at hand. */
export function startProgram(code: string, env: NodeJS.ProcessEnv = {}): ChildProcess & { output(): string } {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return Object.assign(child, { output: () => output });
}

/** Runs a piece of code to its end. */
export async function runProgram(code: string): Promise<{ code: number | null; stdout: string }> {
  const child = startProgram(code);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code: exitCode, stdout: child.output() };
}

/** Waits for a line of a program that is running. */
export function lineOf(child: ReturnType<typeof startProgram>, wanted: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => child.output().includes(wanted) && resolve();
    child.stdout?.on('data', look);
    child.once('close', () => reject(new Error(`The program ended without "${wanted}": ${child.output()}`)));
    look();
  });
}
