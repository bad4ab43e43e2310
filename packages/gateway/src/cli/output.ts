import type { DeviceState } from '@wharf/core';

/** Results: what a script reads. */
export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** What a person wants to know meanwhile. */
export const tell = (line: string): void => void process.stderr.write(`${line}\n`);

export const printJson = (value: unknown): void => print(JSON.stringify(value));

/** Columns as wide as their widest cell. */
export function printTable(head: string[], rows: string[][]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [head, ...rows])
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

export const stateText = (state: DeviceState): string =>
  'reason' in state ? `${state.name} (${state.reason})` : state.name;
