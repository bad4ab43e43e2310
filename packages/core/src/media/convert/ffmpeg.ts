import { type ChildProcess, spawn } from 'node:child_process';
import { bounds } from '../../bounds.js';
import { isWharfError, WharfError } from '../../errors/errors.js';
import { feed } from '../feed.js';

/**
 * Runs ffmpeg on a content, as it is read, uses it up, and gives what ffmpeg writes.
 *
 * ffmpeg gets at nothing but the content: what looks like a playlist could otherwise name files of this machine, or URLs. It may
 * go back in it, by way of a temporary file without a name, since the index of a recording is often at its end.
 *
 * @param output what ffmpeg is to make: its options after the input
 * @throws WharfError MEDIA_CONVERTER_MISSING, MEDIA_CONVERSION_FAILED; what `content` throws
 */
export async function* runFfmpeg(
  content: AsyncIterable<Uint8Array>,
  output: string[],
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const input = ['-protocol_whitelist', 'pipe,cache', '-i', 'cache:pipe:0'];
  const child = spawn('ffmpeg', ['-nostdin', '-hide_banner', '-v', 'error', ...input, ...output, 'pipe:1'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const ended = endOf(child);
  // Heard of below; nobody may be listening yet when it happens.
  ended.catch(() => undefined);
  const kill = () => void child.kill('SIGKILL');
  const timer = setTimeout(kill, bounds.mediaConvertMs);
  signal?.addEventListener('abort', kill, { once: true });
  let failure: unknown;
  // It may have seen enough before the end; what cannot be read is another matter.
  child.stdin.on('error', () => undefined);
  const fed = feed(child.stdin, content).catch((error: unknown) => {
    if (isWharfError(error)) failure = error;
    child.stdin.end();
  });
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const code = await ended;
    await fed;
    if (failure) throw failure;
    if (code !== 0) throw new WharfError('MEDIA_CONVERSION_FAILED', { details: { exitCode: code } });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

/** The exit code; null when it was ended. @throws WharfError MEDIA_CONVERTER_MISSING, MEDIA_CONVERSION_FAILED */
function endOf(child: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new WharfError(cause.code === 'ENOENT' ? 'MEDIA_CONVERTER_MISSING' : 'MEDIA_CONVERSION_FAILED', {
          cause,
        }),
      ),
    );
    child.once('close', (code) => resolve(code ?? undefined));
  });
}
