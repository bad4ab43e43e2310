import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { environment, run } from './processes.mjs';
import { say, stage } from './progress.mjs';
import { inRoot, inState } from './root.mjs';

/** The steps of `npm test` and `npm run check`. Each answers with how much has passed, failed and was left out. */

/** A step that passes or fails as a whole; what it printed is shown only when it failed. */
async function step(title, command, args, options) {
  const { code, output } = await stage(title, () => run(command, args, { isSilent: true, ...options }));
  if (code !== 0) say(output.trimEnd());
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

export function checkStyle() {
  return step('Style (biome)', 'biome', ['check', '--error-on-warnings']);
}

/** The root tsconfig, and those of packages that differ from it. */
export async function checkTypes() {
  const own = readdirSync(inRoot('packages'))
    .flatMap((folder) => readdirSync(inRoot('packages', folder)).map((file) => `packages/${folder}/${file}`))
    .filter((path) => /\/tsconfig.*\.json$/.test(path));
  const results = [];
  for (const path of ['tsconfig.json', ...own.sort()]) {
    results.push(await step(`Types (${path})`, 'tsc', ['--noEmit', '--project', path]));
  }
  return sum(results);
}

export function checkN8nRules() {
  return step('n8n rules', process.execPath, ['lint.mjs'], { cwd: inRoot('packages', 'n8n-nodes') });
}

/** Vitest's own output is the progress; its report is the result. */
export async function runTests(args = [], extra = {}) {
  const report = inState('test-results.json');
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await run('vitest', ['run', ...reporters, ...args], { env: environment({ extra }) });
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  // A file that does not load, or an error outside every test, fails no test but must not pass either.
  const failed = numFailedTests || (code === 0 ? 0 : 1);
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

/** Runs the steps, whatever becomes of each, and ends the process with the last line and exit code of a test run. */
export async function report(steps) {
  const results = [];
  for (const check of steps) results.push(await check());
  const { passed, failed, skipped } = sum(results);
  process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

function sum(results) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const result of results) for (const key of Object.keys(total)) total[key] += result[key];
  return total;
}
