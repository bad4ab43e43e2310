import { contestantNames } from './contestants/all.js';
import type { CpuShare, Result } from './measure.js';

/** The results as a Markdown table, a row for each measure and a column for each contestant. */
export function resultTable(results: Result[]): string {
  const present = contestantNames.filter((name) => results.some(({ contestant }) => contestant === name));
  const rows = [...Map.groupBy(results, ({ name }) => name)].flatMap(([name, ofName]) => {
    const cells = present.map((wanted) => ofName.find(({ contestant }) => contestant === wanted));
    const row = [`${name}, ${ofName[0]?.unit}`, ...cells.map((result) => (result ? spread(result) : ''))];
    const shares = ['', ...cells.map((result) => (result?.cpuShare ? shareText(result.cpuShare) : ''))];
    return shares.some((cell) => cell !== '')
      ? [row, [`${name}, cores: its own / simulator`, ...shares.slice(1)]]
      : [row];
  });
  return alignedTable([['measure', ...present], ...rows]);
}

/** A Markdown table whose columns are aligned in plain text, too. */
export function alignedTable([head = [], ...rows]: string[][]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** `1,406 (1,190-1,524)`: the median and the range of all rounds. */
function spread({ median, min, max }: Result): string {
  return min === max ? format(median) : `${format(median)} (${format(min)}-${format(max)})`;
}

function shareText({ contestant, simulator }: CpuShare): string {
  return `${contestant.toFixed(2)} / ${simulator.toFixed(2)}`;
}

/** Three digits that mean something, and never an exponent. */
export function format(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 4) });
}
