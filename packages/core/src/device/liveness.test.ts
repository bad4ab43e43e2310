import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLog } from '../events/log.js';
import { SessionFolders } from '../store/folders.js';
import { openSqliteSession, openSqliteStore } from '../store/sqlite/store.js';
import type { DeviceRecord } from '../store/store.js';
import type { DeviceId, Jid } from '../types/ids.js';
import { silentLogger } from '../util/logger.js';
import { testClock } from '../util/test-clock.js';
import type { CloseCode, PairedAccount, Wire, WireDriver, WireEvent } from '../wire/wire.js';
import { Device } from './device.js';
import { Ramp } from './ramp.js';
import { isAtRest } from './state.js';
import type { DeviceSurroundings } from './surroundings.js';

const never = () => new Promise<never>(() => undefined);
const paired: PairedAccount = {
  account: { jid: '15550001@s.whatsapp.net' as Jid, phone: '15550001' },
};

/** How the world treats the next connections. */
const moods = [
  'fine',
  'open never settles',
  'open fails',
  'mute',
  'closes',
  'deaf',
  'close never settles',
] as const;
type Mood = (typeof moods)[number];

const codes: CloseCode[] = [401, 402, 405, 408, 411, 428, 440, 500, 503, 515, 'broken_frame', 'in_use'];

type Command =
  | { type: 'login' | 'cancel' | 'start' | 'stop' | 'logout' }
  | { type: 'mood'; mood: Mood }
  | { type: 'says'; event: WireEvent }
  | { type: 'pass'; seconds: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constantFrom('login', 'cancel', 'start', 'stop', 'logout').map((type) => ({ type }) as Command),
  { weight: 2, arbitrary: fc.constantFrom(...moods).map((mood): Command => ({ type: 'mood', mood })) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom<WireEvent>(
        { type: 'qr', qr: 'a code', expiresAt: 0 },
        { type: 'paired', account: paired },
        { type: 'opened', account: paired },
        { type: 'synced' },
        ...codes.map((code): WireEvent => ({ type: 'closed', code })),
      )
      .map((event): Command => ({ type: 'says', event })),
  },
  {
    weight: 3,
    arbitrary: fc.integer({ min: 0, max: 120 }).map((seconds): Command => ({ type: 'pass', seconds })),
  },
);

/** A device in a world that can be told to be unkind. */
function createWorld(folder: string) {
  const clock = testClock();
  const store = openSqliteStore(folder);
  let mood: Mood = 'fine';
  let emit: (event: WireEvent) => boolean = () => false;
  const driver: WireDriver = {
    async open(options) {
      const own = mood;
      if (own === 'open never settles') return never();
      if (own === 'open fails') throw new Error('It cannot be opened.');
      emit = options.emit;
      setImmediate(() => {
        if (own === 'mute') return;
        if (own === 'closes') options.emit({ type: 'closed', code: 503 });
        else if (!device.info.account) options.emit({ type: 'qr', qr: 'a code', expiresAt: 0 });
        else {
          options.emit({ type: 'opened', account: paired });
          options.emit({ type: 'synced' });
        }
      });
      const answer = own === 'deaf' ? never : async () => undefined;
      return {
        pulse: { ping: answer, echo: answer, caughtUp: answer, pushCount: 0, messageCount: 0 },
        send: never,
        queries: {} as Wire['queries'],
        media: {} as Wire['media'],
        sendChatState: never,
        logout: own === 'close never settles' ? never : async () => undefined,
        close: own === 'close never settles' ? never : async () => undefined,
      };
    },
    readAccount: async () => undefined,
    refreshVersion: async () => false,
  };
  const id = 'shop' as DeviceId;
  const folders = new SessionFolders(folder);
  const record: DeviceRecord = {
    id,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: folders.newName(),
    createdAt: 0,
  };
  store.devices.put(record);
  const device: Device = new Device(record, {
    store,
    log: new EventLog(store, clock, silentLogger),
    folders,
    openSession: (path, onFailure) => openSqliteSession(path, { onFailure }),
    driver,
    clock,
    instance: 'here',
    ramp: new Ramp(clock),
    random: () => 0.5,
    logger: silentLogger,
    media: {} as DeviceSurroundings['media'],
    storage: folder,
    arePrivateAddressesAllowed: false,
    onState: () => undefined,
  });
  const pass = async (seconds: number, step = 5) => {
    for (let second = 0; second < seconds; second += step) {
      clock.pass(step * 1_000);
      await new Promise(setImmediate);
    }
  };
  return {
    device,
    pass,
    async obey(order: Command): Promise<void> {
      switch (order.type) {
        case 'login':
          if (!device.info.account) device.startLogin({ method: 'qr' });
          break;
        case 'cancel':
          device.login?.cancel();
          break;
        case 'start':
          await device.start();
          break;
        case 'stop':
          device.apply({ type: 'stop' });
          break;
        case 'logout':
          void device.logout();
          break;
        case 'mood':
          mood = order.mood;
          break;
        case 'says':
          emit(order.event);
          break;
        case 'pass':
          await pass(order.seconds);
      }
      await new Promise(setImmediate);
    },
    end() {
      store.close();
    },
  };
}

describe('a device, whatever has happened to it', () => {
  it('is connected or at rest soon after the world is kind again', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 3, maxLength: 25 }), async (commands) => {
        const folder = mkdtempSync(join(tmpdir(), 'wharf-liveness-'));
        const world = createWorld(folder);
        try {
          for (const each of commands) await world.obey(each);
          await world.obey({ type: 'mood', mood: 'fine' });
          await world.pass(600);
          const { state } = world.device;
          expect(isAtRest(state) || state.name === 'connected', JSON.stringify(state)).toBe(true);
          if (world.device.info.account && state.name === 'disconnected') {
            await world.obey({ type: 'start' });
            await world.pass(120);
            expect(world.device.state.name).toBe('connected');
          }
        } finally {
          world.device.session.close();
          world.end();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 150 },
    );
  });
});
