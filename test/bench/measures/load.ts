import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Measure } from '../measure.js';

const PROGRAM = `
  const startedAt = performance.now();
  await import(process.argv[1]);
  console.log(performance.now() - startedAt);`;

/** What a program that imports the package waits, before it uses it. */
export const load: Measure = {
  name: 'load',
  // It is not waited for a disk here.
  leavesOut: ['wharf-power'],
  rounds: 5,
  async run({ contestant }) {
    const name = contestant.startsWith('wharf') ? '@wharf/core' : '@whiskeysockets/baileys';
    const args = ['--input-type=module', '-e', PROGRAM, name];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return [{ name: 'load', value: Number(stdout), unit: 'ms' }];
  },
};
