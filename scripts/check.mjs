import { checkStyle, checkTypes, report, runTests } from './lib/checks.mjs';
import { setUp } from './lib/install.mjs';
import { readOptions } from './lib/options.mjs';
import { say } from './lib/progress.mjs';
import { main } from './lib/stop.mjs';

const usage = `npm run check

The quick part of npm test: style, types, and the tests beside the code.`;

await main(async () => {
  const { help } = readOptions('run check', { help: { type: 'boolean' } });
  if (help) return say(usage);
  await setUp();
  await report([checkStyle, checkTypes, () => runTests(['packages/'])]);
});
