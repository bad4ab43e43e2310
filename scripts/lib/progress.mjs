/**
 * One line per stage, with the seconds it took. Everything goes to stderr: stdout belongs to what was asked for.
 * A terminal gets a spinner; a log gets a line when a stage starts, a sign of life while it lasts, and a line at its end.
 */

const out = process.stderr;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const signOfLifeMs = 20_000;

export function say(text = '') {
  out.write(`${text}\n`);
}

/** Runs `work` as a stage; what it returns, or throws, is passed on. A `code` other than 0 means that it failed. */
export async function stage(title, work) {
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const stopShowing = out.isTTY ? spin(title, seconds) : tick(title, seconds);
  try {
    const result = await work();
    stopShowing();
    say(`${result?.code ? '✗' : '✓'} ${title} (${seconds()})`);
    return result;
  } catch (error) {
    stopShowing();
    say(`✗ ${title} (${seconds()})`);
    throw error;
  }
}

function spin(title, seconds) {
  let frame = 0;
  const timer = setInterval(() => {
    frame = (frame + 1) % frames.length;
    out.write(`\r\x1b[2K${frames[frame]} ${title} ${seconds()}`);
  }, 120);
  return () => {
    clearInterval(timer);
    out.write('\r\x1b[2K');
  };
}

function tick(title, seconds) {
  say(`· ${title}`);
  const timer = setInterval(() => say(`· ${title}, ${seconds()} so far`), signOfLifeMs);
  return () => clearInterval(timer);
}
