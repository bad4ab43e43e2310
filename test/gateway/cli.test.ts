import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Simulator } from '@wharf/simulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startGatewayProcess } from '../support/gateway-process.js';
import { temporaryFolder } from '../support/storage.js';
import { startSimulator } from '../support/world.js';

const CLI = fileURLToPath(new URL('../../packages/gateway/dist/cli.js', import.meta.url));
const SHOP = '15550001';
const VERA = '15550009';

/** What came along with others, and has no types. */
const jsQR = createRequire(import.meta.url)('jsqr') as (
  data: Uint8ClampedArray,
  width: number,
  height: number,
) => { data: string } | null;

/** The command as somebody types it. */
function wharf(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  child.stdout.on('data', (part) => {
    said.out += part;
  });
  child.stderr.on('data', (part) => {
    said.err += part;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  const says = (pattern: RegExp): Promise<RegExpExecArray> =>
    vi.waitFor(
      () => {
        const match = pattern.exec(said.out + said.err);
        if (!match) throw new Error(`wharf ${args.join(' ')} did not say ${pattern}: ${said.out}${said.err}`);
        return match;
      },
      { timeout: 15_000, interval: 30 },
    );
  return { child, ended, says, said };
}

/** A gateway that runs, and the environment in which the command finds it. */
async function gatewayOf(simulator: Simulator) {
  const { url, token } = await startGatewayProcess(temporaryFolder(), simulator.endpoint);
  return { WHARF_URL: url, WHARF_TOKEN: token ?? '' };
}

/** The QR code that a terminal shows, black on white: each character is two squares, one above the other. */
function readBlocks(text: string): string | undefined {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => /^[█▀▄ ]{20,}$/.test(line));
  const rows = lines.flatMap((line) => [
    Array.from(line, (each) => each === '█' || each === '▀'),
    Array.from(line, (each) => each === '█' || each === '▄'),
  ]);
  const [scale, margin] = [4, 4];
  const width = (Math.max(0, ...rows.map((row) => row.length)) + 2 * margin) * scale;
  const height = (rows.length + 2 * margin) * scale;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const isDark = rows[Math.floor(y / scale) - margin]?.[Math.floor(x / scale) - margin] ?? false;
      pixels.fill(isDark ? 0 : 255, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  return jsQR(pixels, width, height)?.data;
}

describe('The command wharf', { timeout: 60_000 }, () => {
  it('makes a device, links it by the QR code in the terminal, sends, and tells what happens', async () => {
    const simulator = await startSimulator();
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    const at = await gatewayOf(simulator);
    expect(await wharf(['devices', 'create', 'shop', '--name', 'The shop'], at).ended).toMatchObject({
      code: 0,
    });
    const tail = wharf(['events', 'tail', '--device', 'shop', '--types', 'message,device.state'], at);

    const login = wharf(['login', 'shop'], at);
    await login.says(/Good for \d+ s/);
    const code = readBlocks(login.said.err);
    await simulator.scan(code ?? '', { phone: SHOP, name: 'Shop' });
    expect(await login.ended).toMatchObject({ code: 0, out: `The device shop is linked to +${SHOP}.\n` });

    const listed = await wharf(['devices'], at).ended;
    expect(listed.out).toMatch(/ID +STATE +NUMBER +NAME\nshop +connected +\+15550001 +The shop\n/);
    const sent = await wharf(['send', `+${VERA}`, 'are you there?', '--wait', 'delivered'], at).ended;
    expect(sent).toMatchObject({ code: 0, out: expect.stringMatching(/^\w+ (delivered|read)\n$/) });
    await vera.waitForMessage(({ text }) => text === 'are you there?');

    await vera.send(SHOP, 'yes \u001B[2J I am');
    const [line] = await tail.says(/ message {2}Vera: .*/);
    expect(line).toBe(' message  Vera: yes  [2J I am');
    expect(tail.said.out).toContain('device.state  connected');
    tail.child.kill('SIGINT');
    expect(await tail.ended).toMatchObject({ code: 130 });

    const file = join(temporaryFolder(), 'offer.txt');
    writeFileSync(file, 'the offer');
    const document = wharf(['send', VERA, 'as promised', '--file', file, '--json'], at);
    expect(JSON.parse((await document.ended).out)).toMatchObject({ state: 'sent' });

    expect(await wharf(['devices', 'logout', 'shop'], at).ended).toMatchObject({ code: 0 });
    expect(await wharf(['devices', 'remove', 'shop', '--yes'], at).ended).toMatchObject({ code: 0 });
    expect((await wharf(['devices', '--json'], at).ended).out).toBe('[]\n');
  });

  it('does the same with a storage folder, without any gateway', async () => {
    const simulator = await startSimulator();
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    const storage = temporaryFolder();
    const at = { WHARF_STORAGE: storage, WHARF_ENDPOINT: JSON.stringify(simulator.endpoint) };
    const login = wharf(['login', '--code', `+${SHOP}`], at);
    const [, first, second] = await login.says(/(\w{4})-(\w{4})\n/);
    await simulator.enterCode(`${first}${second}`, { phone: SHOP });
    expect(await login.ended).toMatchObject({ code: 0 });
    expect((await wharf(['send', VERA, 'hello'], at).ended).code).toBe(0);
    await vera.waitForMessage(({ text }) => text === 'hello');
    const copy = join(temporaryFolder(), 'copy');
    expect(await wharf(['backup', '--storage', storage, '--to', copy]).ended).toMatchObject({ code: 0 });
    expect((await wharf(['devices', '--storage', copy]).ended).out).toContain(`+${SHOP}`);
    const key = 'a long enough passphrase';
    const encrypted = await wharf(['encrypt', '--storage', copy], { WHARF_ENCRYPTION_KEY: key }).ended;
    expect(encrypted).toMatchObject({ code: 0 });
    expect((await wharf(['devices', '--storage', copy]).ended).err).toContain('key');
    const next = 'another long passphrase';
    const keys = { WHARF_ENCRYPTION_KEY: key, WHARF_NEW_ENCRYPTION_KEY: next };
    expect(await wharf(['rekey', '--storage', copy], keys).ended).toMatchObject({ code: 0 });
    const opened = await wharf(['devices', '--storage', copy], { WHARF_ENCRYPTION_KEY: next }).ended;
    expect(opened.out).toContain(`+${SHOP}`);
  });

  it('ends a login by Ctrl-C, and the device is not linked', async () => {
    const simulator = await startSimulator();
    const at = await gatewayOf(simulator);
    const login = wharf(['login', 'shop', '--json'], at);
    await login.says(/"type":"qr"/);
    login.child.kill('SIGINT');
    expect(await login.ended).toMatchObject({ code: 130 });
    const [device] = JSON.parse((await wharf(['devices', '--json'], at).ended).out);
    expect(device).toMatchObject({ id: 'shop', state: { name: 'disconnected' } });
  });

  it.each([
    ['a command that is not there', ['fly'], 2, /unknown command 'fly'/],
    ['an option that is not there', ['devices', '--speed', '9'], 2, /unknown option '--speed'/],
    ['nothing to send', ['send', VERA], 2, /Give a text, or a file/],
    ['an event that is not there', ['events', 'tail', '--types', 'rain'], 2, /"rain" is none of/],
    ['removing without meaning it', ['devices', 'remove', 'shop'], 2, /--yes/],
    ['a folder in which nothing is', ['devices', '--storage', '/tmp/wharf-nothing'], 1, /storage/i],
    ['a gateway that is not there', ['devices', '--url', 'http://127.0.0.1:9'], 1, /gateway/i],
    ['a port that is none', ['serve', '--port', 'x'], 1, /port/],
    ['a backup without a place', ['backup', '--storage', 'x'], 2, /--to DIR/],
  ])('says what is wrong with %s', async (_what, args, code, sentence) => {
    const ended = await wharf(args, { WHARF_URL: undefined, WHARF_STORAGE: undefined }).ended;
    expect(ended).toMatchObject({ code, err: expect.stringMatching(sentence) });
    expect(ended.err).not.toContain('    at ');
    expect(existsSync('/tmp/wharf-nothing')).toBe(false);
  });

  it('helps, tells its version, and completes what is typed', async () => {
    const help = await wharf(['--help']).ended;
    for (const command of ['serve', 'devices', 'login', 'send', 'events', 'backup', 'rekey', 'completion'])
      expect(help.out).toContain(command);
    for (const command of ['serve', 'login', 'send', 'backup', 'rekey'])
      expect((await wharf([command, '--help']).ended).out, command).toMatch(/--storage/);
    expect(await wharf(['--version']).ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    for (const shell of ['bash', 'zsh', 'fish'])
      expect((await wharf(['completion', shell]).ended).out, shell).toContain('wharf');
    expect((await wharf(['complete', '--', 'lo']).ended).out).toContain('login');
  });
});
