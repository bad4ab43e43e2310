import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MediaKind } from '../types/media.js';
import { systemClock } from '../util/clock.js';
import { silentLogger } from '../util/logger.js';
import { readSeconds } from './convert/recording.js';
import { DeviceMedia } from './device-media.js';
import { collect, testLibrary } from './test-library.js';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const use = { owner: 'm1', isHeld: true };

function world() {
  const library = testLibrary();
  const around = {
    clock: systemClock,
    logger: silentLogger,
    storage: library.folder,
    arePrivateAddressesAllowed: false,
  };
  const media = new DeviceMedia(library.library, library.one, () => undefined, around);
  const prepare = async (kind: MediaKind, data: Uint8Array) =>
    media.prepare(kind, await media.take({ data }, use), use);
  return { ...library, media, prepare };
}

/** Has ffmpeg make a recording: a file, since some formats are written back and forth. */
function record(name: string, ...options: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-record-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', ...options, join(folder, name)]);
  expect(status, String(stderr)).toBe(0);
  return readFileSync(join(folder, name));
}

const picture = (width = 600, height = 400) =>
  sharp({ create: { width, height, channels: 3, background: '#206080' } });
const noise = ['-f', 'lavfi', '-i', 'sine=440:d=3:sample_rate=44100'];
const scene = ['-f', 'lavfi', '-i', 'testsrc=d=3:s=640x360'];

describe('a picture', () => {
  it('gets its size, as it is seen, and a thumbnail', async () => {
    const { prepare } = world();
    const data = await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await sharp(data).metadata()).toMatchObject({ orientation: 6, width: 600 });
    const { thumbnail, ...image } = await prepare('image', data);
    expect(image).toMatchObject({ mimetype: 'image/jpeg', sizeBytes: data.length, width: 400, height: 600 });
    expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'jpeg', width: 64, height: 96 });
  });

  it('of a format that WhatsApp does not show is converted; the original stays until it is given back', async () => {
    const { prepare, library, media } = world();
    const gif = await picture().gif().toBuffer();
    const image = await prepare('image', gif);
    expect(image).toMatchObject({ mimetype: 'image/jpeg', width: 600, height: 400 });
    expect(await sharp(await collect(media.read(image.sha256))).metadata()).toMatchObject({ format: 'jpeg' });
    await library.tidy();
    expect(library.getTotal().count).toBe(2);
    media.release(use.owner, createHash('sha256').update(gif).digest('base64'));
    await library.tidy();
    expect(library.getTotal().count).toBe(1);
    expect(await collect(media.read(image.sha256))).not.toHaveLength(0);
  });

  it('becomes a sticker', async () => {
    const { prepare, media } = world();
    const sticker = await prepare('sticker', await picture().png().toBuffer());
    expect(sticker).toMatchObject({ mimetype: 'image/webp', width: 512, height: 512 });
    expect(await sharp(await collect(media.read(sticker.sha256))).metadata()).toMatchObject({
      format: 'webp',
    });
  });

  it('that is damaged can be sent, without a thumbnail', async () => {
    const { prepare } = world();
    const data = (await picture().png().toBuffer()).subarray(0, 60);
    expect(await prepare('image', data)).not.toHaveProperty('thumbnail');
  });

  it('that claims to be enormous is not opened', async () => {
    const { prepare } = world();
    const data = await picture(8, 8).png({ compressionLevel: 0 }).toBuffer();
    data.writeUInt32BE(60_000, 16);
    data.writeUInt32BE(60_000, 20);
    expect(await prepare('image', data)).not.toHaveProperty('thumbnail');
  });
});

describe('a kind', () => {
  it.each<[MediaKind, Buffer]>([
    ['image', Buffer.from('%PDF-1.7\n')],
    ['sticker', Buffer.from('a text')],
    ['video', Buffer.from('GIF89a-and-more')],
    ['audio', Buffer.from('%PDF-1.7\n')],
    ['voice', Buffer.from('a text')],
  ])('%s refuses what is of another', async (kind, data) => {
    await expect(world().prepare(kind, data)).rejects.toMatchObject({
      code: 'MEDIA_TYPE_UNSUITABLE',
      details: { kind },
    });
  });

  it('document takes everything as it is', async () => {
    const data = Buffer.from('%PDF-1.7\n');
    expect(await world().prepare('document', data)).toMatchObject({
      mimetype: 'application/pdf',
      sizeBytes: 9,
    });
  });
});

describe.skipIf(!hasFfmpeg)('a recording', () => {
  it('tells its length without being read as a whole', async () => {
    const film = record('a.mp4', ...scene, ...noise, '-c:a', 'aac');
    // What players skip, at the end: as much as a long film.
    const rest = Buffer.alloc(20_000_000);
    rest.writeUInt32BE(rest.length);
    rest.write('free', 4);
    const whole = Buffer.concat([film, rest]);
    let count = 0;
    async function* read(start: number, end: number): AsyncGenerator<Buffer> {
      count += end - start;
      yield whole.subarray(start, end);
    }
    expect(await readSeconds(read, { mimetype: 'video/mp4', sizeBytes: whole.length })).toBe(3);
    expect(count).toBeLessThan(film.length + 1_000_000);
  });

  it.each([
    ['a.wav', []],
    ['a.mp3', []],
    // Its index is at the end.
    ['a.m4a', ['-c:a', 'aac', '-b:a', '128k']],
  ])('becomes a voice note: %s', async (name, options) => {
    const { prepare, media } = world();
    const voice = await prepare('voice', record(name, ...noise, ...options));
    expect(voice).toMatchObject({ mimetype: 'audio/ogg; codecs=opus', seconds: 3 });
    expect(voice.waveform).toHaveLength(64);
    expect(Math.max(...(voice.waveform ?? []))).toBe(100);
    const start = await collect(media.read(voice.sha256, 0, 64));
    expect(start.toString('latin1')).toMatch(/^OggS.*OpusHead/s);
  });

  it('has a waveform that shows where it is loud', async () => {
    const loudAtTheEnd = ['-af', "volume='if(lt(t,1.5),0.1,1)':eval=frame"];
    const { waveform = [] } = await world().prepare(
      'voice',
      record('a.ogg', ...noise, ...loudAtTheEnd, '-c:a', 'libopus'),
    );
    const mean = (bars: Iterable<number>) => [...bars].reduce((sum, bar) => sum + bar, 0) / 32;
    expect(mean(waveform.slice(0, 32))).toBeLessThan(20);
    expect(mean(waveform.slice(32))).toBeGreaterThan(80);
  });

  it('of the right format stays as it is', async () => {
    const data = record('a.ogg', ...noise, '-c:a', 'libopus');
    expect(await world().prepare('voice', data)).toMatchObject({ sizeBytes: data.length, seconds: 3 });
  });

  it('with a picture gets size, length and thumbnail', async () => {
    const data = record('a.mp4', ...scene, ...noise, '-pix_fmt', 'yuv420p', '-c:a', 'aac');
    const { thumbnail, ...video } = await world().prepare('video', data);
    expect(video).toMatchObject({ mimetype: 'video/mp4', width: 640, height: 360, seconds: 3 });
    expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'jpeg', width: 96, height: 54 });
  });

  it('that is damaged is a typed error', async () => {
    const { prepare } = world();
    const data = record('a.wav', ...noise).subarray(0, 40);
    await expect(prepare('voice', data)).rejects.toMatchObject({ code: 'MEDIA_CONVERSION_FAILED' });
  });

  it('that is a list of files in disguise gets at none of them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wharf-secret-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'secret.wav'), record('a.wav', ...noise));
    const list = `#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10,\nfile://${folder}/secret.wav\n#EXT-X-ENDLIST\n`;
    const { media } = world();
    const taken = { ...(await media.take({ data: Buffer.from(list) }, use)), mimetype: 'audio/mpeg' };
    await expect(media.prepare('voice', taken, use)).rejects.toMatchObject({
      code: 'MEDIA_CONVERSION_FAILED',
    });
  });
});

describe('without ffmpeg', () => {
  const withoutFfmpeg = () => {
    vi.stubEnv('PATH', '/nowhere');
    onTestFinished(() => void vi.unstubAllEnvs());
  };

  it('a recording of another format is refused, and the error says what to install', async () => {
    const { prepare, folder, library } = world();
    const header = Buffer.alloc(2_000);
    header.write('RIFF', 0);
    header.write('WAVEfmt ', 8);
    withoutFfmpeg();
    await expect(prepare('voice', header)).rejects.toMatchObject({
      code: 'MEDIA_CONVERTER_MISSING',
      remedy: expect.stringContaining('ffmpeg'),
    });
    expect(readdirSync(join(folder, 'media'))).toHaveLength(library.getTotal().count);
  });

  it.skipIf(!hasFfmpeg)('a voice note of the right format is sent, without its waveform', async () => {
    const { prepare } = world();
    const data = record('a.ogg', ...noise, '-c:a', 'libopus');
    withoutFfmpeg();
    const voice = await prepare('voice', data);
    expect(voice).toMatchObject({ seconds: 3 });
    expect(voice).not.toHaveProperty('waveform');
  });
});
