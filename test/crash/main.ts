import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Durability } from '@wharf/core';
import { crash } from './harness.js';
import { describeFindings, describeResult } from './report.js';

/** The program behind `npm run crash`, which has checked the options. */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    durability: { type: 'string', default: 'process' },
    threads: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
const seed = Number(values.seed);
const outcome = await crash({
  runs: Number(values.runs),
  seed,
  durability: values.durability as Durability,
  threads: Number(values.threads),
  program: fileURLToPath(new URL('device-program.mjs', import.meta.url)),
  say,
});
process.stdout.write(`${values.json ? JSON.stringify(outcome.result) : describeResult(outcome)}\n`);
if (outcome.findings.length > 0) say(describeFindings(outcome, seed));
process.exit(outcome.findings.length > 0 ? 1 : 0);
