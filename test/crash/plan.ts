import { createDice } from '@wharf/simulator';

/**
 * What a kill can follow:
 *
 * - `start`: the start of the process, by up to a second and a half
 * - `login`: the server has let the device in
 * - `delivered`, `receipt`: the server has written a message to the device; has got its receipt
 * - `asked`, `accepted`: a send was asked for; was accepted
 * - `written`, `acknowledged`: the server has got a message of the device; has acknowledged it
 * - `event`: the consumer got an event
 */
export const moments = [
  'start',
  'login',
  'delivered',
  'receipt',
  'asked',
  'accepted',
  'written',
  'acknowledged',
  'event',
] as const;
export type Moment = (typeof moments)[number];

/** When a process is killed: after a moment has come so many times, and so much later. */
export interface KillPoint {
  moment: Moment;
  count: number;
  delayMs: number;
}

/** What somebody does in the meantime. `in` is towards the device. */
export const errandKinds = {
  textIn: 24,
  imageIn: 10,
  groupIn: 14,
  groupImageIn: 4,
  /** Cannot be decrypted, and is asked for again. */
  unreadableIn: 5,
  /** Written on the account's own phone. */
  phoneIn: 5,
  /** The first message ever of somebody new. */
  strangerIn: 3,
  textOut: 24,
  groupOut: 14,
  /** The first message ever to somebody new. */
  strangerOut: 3,
} as const;
export type ErrandKind = keyof typeof errandKinds;

export interface Errand {
  kind: ErrandKind;
  /** How long after the start of the process. */
  atMs: number;
  /** Chooses the person or the group: 0 to 1. */
  choice: number;
}

export interface Plan {
  kill: KillPoint;
  errands: Errand[];
}

const LATEST_START_MS = 1_500;
const LATEST_ERRAND_MS = 1_300;

/** What happens in one life of the device; the same for the same seed. */
export function planRun(seed: number, run: number): Plan {
  const dice = createDice(`${seed}/${run}`);
  const upTo = (most: number) => Math.floor(dice() * (most + 1));
  const errands = Array.from({ length: 8 + upTo(8) }, () => ({
    kind: chooseKind(dice()),
    atMs: upTo(LATEST_ERRAND_MS),
    choice: dice(),
  }));
  const moment = moments[upTo(moments.length - 1)] ?? 'start';
  switch (moment) {
    case 'start':
      return { kill: { moment, count: 1, delayMs: upTo(LATEST_START_MS) }, errands };
    case 'login':
      return { kill: { moment, count: 1, delayMs: upTo(60) }, errands };
    default:
      // Half of them hit the moment itself, the others what follows from it.
      return { kill: { moment, count: 1 + upTo(5), delayMs: upTo(1) * upTo(20) }, errands };
  }
}

function chooseKind(drawn: number): ErrandKind {
  const kinds = Object.entries(errandKinds) as [ErrandKind, number][];
  let rest = drawn * kinds.reduce((sum, [, weight]) => sum + weight, 0);
  return kinds.find(([, weight]) => {
    rest -= weight;
    return rest < 0;
  })?.[0] as ErrandKind;
}
