import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { temporaryFolder } from './storage.js';

/** Has ffmpeg make a short recording: a file, since some formats are written back and forth. */
function record(name: string, ...options: string[]): Buffer {
  const path = join(temporaryFolder(), name);
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', ...options, path]);
  if (status !== 0) throw new Error(`ffmpeg: ${String(stderr)}`);
  return readFileSync(path);
}

const TONE = ['-f', 'lavfi', '-i', 'sine=440:d=2:sample_rate=44100'];

/** Two seconds of a tone. */
export const sound = (name: 'a.mp3' | 'a.wav'): Buffer => record(name, ...TONE);

/** Two seconds of film, with sound. */
export const film = (): Buffer =>
  record(
    'a.mp4',
    '-f',
    'lavfi',
    '-i',
    'testsrc=d=2:s=320x180',
    ...TONE,
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
  );

export const picture = (type: 'png' | 'jpeg' | 'gif'): Promise<Buffer> =>
  sharp({ create: { width: 320, height: 200, channels: 3, background: '#206080' } })
    .toFormat(type)
    .toBuffer();
