import { beforeEach, describe, expect, it } from 'vitest';
import { bounds } from '../bounds.js';
import { testClock } from '../util/test-clock.js';
import { type Ailment, Health } from './health.js';

const never = () => new Promise<never>(() => undefined);
const atOnce = async () => undefined;

let clock: ReturnType<typeof testClock>;
let ailments: Ailment[];
let health: Health;
let pulse: {
  ping(): Promise<unknown>;
  echo(): Promise<unknown>;
  caughtUp(): Promise<unknown>;
  pushCount: number;
  messageCount: number;
};
let echoes: number;
let quietChecks: number;

/** Lets time pass second by second, until something is found wrong; gives the seconds it took. */
async function pass(seconds: number): Promise<number> {
  for (let second = 0; second < seconds; second += 1) {
    await new Promise(setImmediate);
    if (ailments.length > 0) return second;
    clock.pass(1_000);
  }
  await new Promise(setImmediate);
  return seconds;
}

beforeEach(() => {
  clock = testClock();
  ailments = [];
  echoes = 0;
  quietChecks = 0;
  health = new Health(
    clock,
    (ailment) => ailments.push(ailment),
    () => {
      quietChecks += 1;
    },
  );
  pulse = {
    ping: atOnce,
    echo: async () => {
      echoes += 1;
    },
    caughtUp: atOnce,
    pushCount: 0,
    messageCount: 0,
  };
});

describe('the health of a connection', () => {
  it('is good as long as the server answers and something comes in now and then', async () => {
    health.watch(pulse, { isLoggedIn: true });
    for (let hour = 0; hour < 5; hour += 1) {
      await pass(3_000);
      pulse.pushCount += 1;
    }
    expect(ailments).toEqual([]);
  });

  it('tells of the checks before which nothing came, the first among them', async () => {
    health.watch(pulse, { isLoggedIn: true });
    await pass(1);
    expect(quietChecks).toBe(1);
    pulse.pushCount += 1;
    await pass(bounds.checkMs / 1_000);
    expect(quietChecks).toBe(1);
    await pass(bounds.checkMs / 1_000);
    expect(quietChecks).toBe(2);
  });

  it.each([1, 12, 24])(
    'is found deaf within 90 s when the server answers nothing, %i s after a check',
    async (s) => {
      health.watch(pulse, { isLoggedIn: true });
      await pass(s);
      pulse.ping = never;
      pulse.echo = never;
      pulse.pushCount += 1;
      expect(await pass(200)).toBeLessThan(90);
      expect(ailments).toEqual(['deaf']);
    },
  );

  it.each([1, 12, 24])(
    'is found deaf within 90 s when pings alone are answered, %i s after a check',
    async (s) => {
      health.watch(pulse, { isLoggedIn: true });
      await pass(s);
      // The worst case: the last thing that came excuses the next check from asking.
      pulse.pushCount += 1;
      pulse.echo = never;
      expect(await pass(200)).toBeLessThan(90);
      expect(ailments).toEqual(['deaf']);
    },
  );

  it('is doubted three times for want of an echo where the server has never given one, and not again', async () => {
    pulse.echo = never;
    for (let connection = 1; connection <= 3; connection += 1) {
      ailments = [];
      health.watch({ ...pulse }, { isLoggedIn: true });
      await pass(90);
      expect(ailments).toEqual(['deaf']);
    }
    ailments = [];
    health.watch({ ...pulse }, { isLoggedIn: true });
    await pass(600);
    expect(ailments).toEqual([]);
  });

  it('is not doubted for want of an echo while other things come by themselves', async () => {
    pulse.echo = never;
    health.watch(pulse, { isLoggedIn: true });
    for (let times = 0; times < 40; times += 1) {
      await pass(15);
      pulse.pushCount += 1;
    }
    expect(ailments).toEqual([]);
  });

  it('is doubted for want of an echo every time, once the server has given one', async () => {
    health.watch(pulse, { isLoggedIn: true });
    await pass(5);
    for (let connection = 1; connection <= 5; connection += 1) {
      ailments = [];
      health.watch({ ...pulse, echo: never }, { isLoggedIn: true });
      await pass(90);
      expect(ailments).toEqual(['deaf']);
    }
  });

  it('asks for no echo when something came by itself, nor before the device is logged in', async () => {
    health.watch(pulse, { isLoggedIn: true });
    await pass(1);
    expect(echoes).toBe(1);
    pulse.pushCount += 1;
    await pass(bounds.checkMs / 1_000);
    expect(echoes).toBe(1);
    await pass(bounds.checkMs / 1_000);
    expect(echoes).toBe(2);
    health.watch({ ...pulse }, { isLoggedIn: false });
    await pass(300);
    expect(echoes).toBe(2);
  });

  it('is deaf when messages come in and none is dealt with any more', async () => {
    health.watch(pulse, { isLoggedIn: true });
    await pass(30);
    pulse.caughtUp = never;
    expect(await pass(300)).toBeLessThanOrEqual((bounds.standstillMs + 2 * bounds.checkMs) / 1_000);
    expect(ailments).toEqual(['deaf']);
  });

  it('is not deaf while a long backlog is being worked on', async () => {
    pulse.caughtUp = never;
    health.watch(pulse, { isLoggedIn: true });
    for (let step = 0; step < 60; step += 1) {
      await pass(20);
      pulse.messageCount += 1;
    }
    expect(ailments).toEqual([]);
  });

  it('is silent when the server has sent nothing by itself for an hour', async () => {
    health.watch(pulse, { isLoggedIn: true });
    const seconds = await pass(8_000);
    expect(seconds).toBeGreaterThanOrEqual(bounds.silenceMs / 1_000);
    expect(seconds).toBeLessThan(bounds.silenceMs / 1_000 + 60);
    expect(ailments).toEqual(['silent']);
  });

  it('hears an answer that was waiting when the process had stood still', async () => {
    let answer: (value?: unknown) => void = () => undefined;
    pulse.ping = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    health.watch(pulse, { isLoggedIn: true });
    await new Promise(setImmediate);
    // A laptop that slept for an hour: the timer is due before the answer is read.
    clock.pass(3_600_000);
    answer();
    await new Promise(setImmediate);
    expect(ailments).toEqual([]);
  });

  it('is of no interest any more once the connection is let go', async () => {
    pulse.ping = never;
    health.watch(pulse, { isLoggedIn: true });
    await pass(5);
    health.rest();
    await pass(300);
    expect(ailments).toEqual([]);
  });
});
