import { type ContestantName, contestantNames } from './contestants/all.js';
import type { Result } from './measure.js';
import { format } from './table.js';

/** What the chart shows, with the direction in which it is good. */
const PANELS = [
  { name: 'inbound', title: 'Texts received per second (more is better)' },
  { name: 'outbound', title: 'Texts sent per second (more is better)' },
  { name: 'pair100', title: 'Milliseconds to link 100 devices (less is better)' },
  { name: 'startup100', title: 'Milliseconds to connect 100 devices at a start (less is better)' },
  { name: 'memoryPerDevice', title: 'Megabytes for each idle device (less is better)' },
];

const COLORS: Record<ContestantName, string> = {
  'bare-memory': '#8a94a6',
  'bare-files': '#b8bfcc',
  wharf: '#0f7b6c',
  'wharf-encrypted': '#5cae9f',
  'wharf-power': '#0b5a4f',
  'wharf-threads': '#d08a2e',
};

const WIDTH = 760;
const LEFT = 140;
const BARS = 480;
const BAR = 18;
const GAP = 6;
const TITLE = 30;

/** Bars with whiskers for the spread, as an SVG that reads on light and dark pages alike. */
export function chart(results: Result[]): string {
  const parts: string[] = [];
  let y = 10;
  for (const { name, title } of PANELS) {
    const ofName = contestantNames.flatMap((wanted) =>
      results.filter((result) => result.name === name && result.contestant === wanted),
    );
    if (ofName.length === 0) continue;
    const scale = BARS / Math.max(...ofName.map(({ max }) => max));
    parts.push(text(10, y + 16, title, 'font-weight="600"'));
    y += TITLE;
    for (const result of ofName) {
      parts.push(...bar(result, y, scale));
      y += BAR + GAP;
    }
    y += 14;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="Wharf and bare Baileys compared">`,
    '<style>text{font:13px system-ui,sans-serif;fill:#1f2430}line{stroke:#1f2430}</style>',
    `<rect width="${WIDTH}" height="${y}" rx="8" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function bar({ contestant, median, min, max, unit }: Result, y: number, scale: number): string[] {
  const middle = y + BAR / 2;
  const x = (value: number) => Math.round(10 * (LEFT + value * scale)) / 10;
  return [
    text(LEFT - 8, middle + 5, contestant, 'text-anchor="end"'),
    `<rect x="${LEFT}" y="${y}" width="${x(median) - LEFT}" height="${BAR}" fill="${COLORS[contestant]}"/>`,
    `<line x1="${x(min)}" y1="${middle}" x2="${x(max)}" y2="${middle}"/>`,
    text(x(max) + 8, middle + 5, `${format(median)} ${unit}`),
  ];
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" ${attributes}>${content}</text>`;
}
