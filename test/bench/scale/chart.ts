import type { Result } from '../measure.js';
import { format } from '../table.js';
import { type Series, seriesByAxis } from './points.js';

const WIDTH = 760;
const COLUMNS = 3;
const CELL = { width: WIDTH / COLUMNS, height: 150 };
const PLOT = { left: 24, right: 30, top: 50, bottom: 24 };
const HEADING = 34;

/** Lines from zero, a small chart for each quantity, side by side for each axis; the points stand at equal distances. */
export function scaleChart(results: Result[]): string {
  const parts: string[] = [];
  let y = 0;
  for (const [axis, series] of seriesByAxis(results)) {
    parts.push(text(12, y + 24, `By the number of ${axis}`, 'class="h"'));
    y += HEADING;
    for (const [index, each] of series.entries())
      parts.push(
        ...cell(each, (index % COLUMNS) * CELL.width, y + Math.floor(index / COLUMNS) * CELL.height),
      );
    y += Math.ceil(series.length / COLUMNS) * CELL.height;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="How the cost of one process grows">`,
    '<style>text{font:11px system-ui,sans-serif;fill:#1f2430}.h{font-weight:600;font-size:13px}polyline{fill:none;stroke:#0f7b6c;stroke-width:2}circle{fill:#0f7b6c}line{stroke:#b8bfcc}</style>',
    `<rect width="${WIDTH}" height="${y}" rx="8" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function cell({ title, unit, points }: Series, left: number, top: number): string[] {
  const highest = Math.max(...points.map(({ y }) => y)) || 1;
  const bottom = top + CELL.height - PLOT.bottom;
  const step = (CELL.width - PLOT.left - PLOT.right) / Math.max(1, points.length - 1);
  const at = points.map(({ x, y }, index) => ({
    x: round(left + PLOT.left + index * step),
    y: round(bottom - (y / highest) * (CELL.height - PLOT.top - PLOT.bottom)),
    label: x.toLocaleString('en'),
    value: format(y),
  }));
  return [
    text(left + 12, top + 16, `${title}, ${unit}`),
    `<line x1="${left + PLOT.left}" y1="${bottom}" x2="${round(left + CELL.width - PLOT.right)}" y2="${bottom}"/>`,
    `<polyline points="${at.map(({ x, y }) => `${x},${y}`).join(' ')}"/>`,
    ...at.flatMap(({ x, y, label, value }) => [
      `<circle cx="${x}" cy="${y}" r="3"/>`,
      text(x, y - 7, value, 'text-anchor="middle"'),
      text(x, bottom + 15, label, 'text-anchor="middle"'),
    ]),
  ];
}

const round = (value: number): number => Math.round(10 * value) / 10;

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${content}</text>`;
}
