import { create } from 'qrcode';

/** Light modules around the code, which a camera needs to find it. */
const QUIET = 2;
const BLACK_ON_WHITE = '\u001B[47m\u001B[30m';
const PLAIN = '\u001B[0m';

/**
 * Draws a QR code for a terminal, dark or light; a character is two modules, one above the other.
 *
 * The library's own drawing for terminals (1.5.4) ends in a dark bar along the code, with which readers do not find it.
 */
export function drawQr(text: string): string {
  const { modules } = create(text, { errorCorrectionLevel: 'L' });
  const isDark = (row: number, column: number): boolean =>
    row >= 0 && column >= 0 && row < modules.size && column < modules.size && modules.get(row, column) === 1;
  const lines: string[] = [];
  for (let row = -QUIET; row < modules.size + QUIET; row += 2) {
    let line = '';
    for (let column = -QUIET; column < modules.size + QUIET; column += 1)
      line += blockOf(isDark(row, column), isDark(row + 1, column));
    lines.push(`${BLACK_ON_WHITE}${line}${PLAIN}`);
  }
  return lines.join('\n');
}

function blockOf(isTopDark: boolean, isBottomDark: boolean): string {
  if (isTopDark) return isBottomDark ? '█' : '▀';
  return isBottomDark ? '▄' : ' ';
}
