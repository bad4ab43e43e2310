import { runFfmpeg } from './ffmpeg.js';

/** What WhatsApp plays as a voice note. */
export const VOICE_TYPE = 'audio/ogg; codecs=opus';

/** Bars of the picture of a voice note; each is a byte from 0 to 100. */
const BARS = 64;
const LOUDEST = 100;

const SAMPLES_PER_SECOND = 8_000;
/** The volume is measured for spans of this many samples: a hundred a second. */
const SPAN = 80;

/** Without it ffmpeg numbers each stream at random, and every attempt to send a recording would leave another file in the library. */
const SAME_EACH_TIME = ['-fflags', '+bitexact', '-flags:a', '+bitexact'];

/** Makes a voice note of any sound, or of the sound of a video: Ogg with Opus, in mono; of the same sound, the same bytes. */
export function toVoiceNote(
  content: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const codec = ['-c:a', 'libopus', '-b:a', '32k', '-application', 'voip', '-ac', '1', '-ar', '48000'];
  const stream = ['-vn', '-map', '0:a:0', '-map_metadata', '-1'];
  return runFfmpeg(content, [...stream, ...codec, ...SAME_EACH_TIME, '-f', 'ogg'], signal);
}

/** How long a sound is, and how loud in each part of it. */
export async function measureSound(
  content: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<{ seconds: number; waveform: Uint8Array }> {
  const raw = ['-vn', '-map', '0:a:0', '-ac', '1', '-ar', String(SAMPLES_PER_SECOND), '-f', 's16le'];
  const volumes: number[] = [];
  let count = 0;
  let sum = 0;
  let held: Buffer = Buffer.alloc(0);
  for await (const bytes of runFfmpeg(content, raw, signal)) {
    const all = Buffer.concat([held, bytes]);
    const whole = all.length - (all.length % 2);
    for (let at = 0; at < whole; at += 2) {
      sum += Math.abs(all.readInt16LE(at));
      count += 1;
      if (count % SPAN === 0) {
        volumes.push(sum / SPAN);
        sum = 0;
      }
    }
    held = all.subarray(whole);
  }
  return { seconds: Math.max(1, Math.round(count / SAMPLES_PER_SECOND)), waveform: barsOf(volumes) };
}

/** The loudest part is as high as can be, as WhatsApp draws it. */
function barsOf(volumes: number[]): Uint8Array {
  const bars = Array.from({ length: BARS }, (_, bar) => {
    const [from, to] = [bar, bar + 1].map((edge) => Math.floor((edge * volumes.length) / BARS));
    const part = volumes.slice(from, Math.max((from ?? 0) + 1, to ?? 0));
    return part.reduce((sum, volume) => sum + volume, 0) / Math.max(1, part.length);
  });
  const loudest = Math.max(...bars);
  return Uint8Array.from(bars, (volume) => (loudest > 0 ? Math.round((LOUDEST * volume) / loudest) : 0));
}
