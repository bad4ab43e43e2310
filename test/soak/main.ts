import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeReport, reportOf } from './report.js';
import { soak } from './soak.js';

/** The program behind `npm run soak`, which has checked the options. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '50' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'heap-snapshot': { type: 'string' },
  },
});
const course = await soak({
  minutes: values.quick ? 0.3 : Number(values.minutes),
  messagesPerSecond: Number(values.rate),
  // A device that has stood for a minute counts as stable, and comes back after a second or two.
  connectionMs: values.quick ? 6_000 : 60_500,
  sampleEveryMs: values.quick ? 500 : 5_000,
  program: fileURLToPath(new URL('device-program.mjs', import.meta.url)),
  heapSnapshot: values['heap-snapshot'],
  say: (line) => void process.stderr.write(`${line}\n`),
});
const report = reportOf(course, values.quick);
process.stdout.write(`${values.json ? JSON.stringify(report) : describeReport(report)}\n`);
process.exit(report.isHeld ? 0 : 1);
