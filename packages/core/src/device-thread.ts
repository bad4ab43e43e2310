import { parentPort, workerData } from 'node:worker_threads';
import { buildManager } from './build-manager.js';
import { OwnCrew } from './device/crew.js';
import type { Login } from './device/login.js';
import { loggable } from './errors/loggable.js';
import type { Manager } from './manager.js';
import { MainRamp } from './threads/main-ramp.js';
import {
  type FromThread,
  type Share,
  sentError,
  sentStep,
  type ThreadPlan,
  type ThreadRequest,
  type ToThread,
} from './threads/messages.js';
import { sharedStore } from './threads/shared-store.js';
import type { DeviceId } from './types/ids.js';
import { systemClock } from './util/clock.js';
import type { Logger } from './util/logger.js';
import { WriteTurn } from './util/write-turn.js';

/*
 * The program of a thread: a manager on the storage of the main thread, which runs the devices that it is given and nothing else.
 * It lives and dies with the main thread's manager; see docs/adr/0009-worker-threads.md.
 */

const ours = new Set<DeviceId>();
const read = new Set<DeviceId>();
/** What cancels each login that is under way. */
const logins = new Map<number, () => void>();
const ramp = new MainRamp(tell);
const logger: Logger = {
  debug: (line) => tell({ type: 'log', level: 'debug', line }),
  info: (line) => tell({ type: 'log', level: 'info', line }),
  warn: (line) => tell({ type: 'log', level: 'warn', line }),
  error: (line) => tell({ type: 'log', level: 'error', line }),
};

void begin(workerData as ThreadPlan);

function tell(word: FromThread): void {
  parentPort?.postMessage(word);
}

async function begin(plan: ThreadPlan): Promise<void> {
  let look: () => void = () => undefined;
  let crew: OwnCrew | undefined;
  const manager = await buildManager(plan, {
    clock: systemClock,
    logger,
    ramp,
    turn: new WriteTurn(plan.turn, plan.thread),
    seen(store) {
      const shared = sharedStore(
        store,
        (id) => ours.has(id),
        (devices) => tell({ type: 'written', devices }),
      );
      look = shared.look;
      return shared.store;
    },
    crewOf(ground) {
      crew = new OwnCrew({ ...ground, isRead: (id) => read.has(id) }, plan);
      return crew;
    },
    onClosed: () => undefined,
  });
  const take = ({ devices, read: whatIsRead, started }: Share): void => {
    refill(ours, devices);
    refill(read, whatIsRead);
    crew?.noteStarted(started);
  };
  manager.onState((change) => tell({ type: 'state', ...change }));
  take(plan.share);
  manager.fleet.open();

  parentPort?.on('message', (word: ToThread) => {
    switch (word.type) {
      case 'call':
        return void answer(manager, word.call, word.request);
      case 'share':
        take(word.share);
        return look();
      case 'look':
        return look();
      case 'touched':
        return manager.fleet.wake(word.devices, true);
      case 'cancelLogin':
        return logins.get(word.login)?.();
      case 'go':
        return ramp.go(word.ticket);
      case 'close':
        return void close(manager);
    }
  });
}

function refill(set: Set<DeviceId>, ids: DeviceId[]): void {
  set.clear();
  for (const id of ids) set.add(id);
}

async function answer(manager: Manager, call: number, request: ThreadRequest): Promise<void> {
  try {
    tell({ type: 'answer', call, result: await serve(manager, request) });
  } catch (error) {
    tell({ type: 'answer', call, error: sentError(error) });
  }
}

async function serve(manager: Manager, request: ThreadRequest): Promise<unknown> {
  const { crew, devices } = manager.fleet;
  switch (request.type) {
    case 'login': {
      const login = await manager.loginDevice(request.device, request.how);
      logins.set(request.login, () => login.cancel());
      return void follow(request.login, login);
    }
    case 'command':
      return crew.command(request.device, request.action);
    case 'settled':
      return crew.settled(devices.get(request.device));
    case 'act':
      return manager.act(request.name as never, request.input as never);
  }
}

async function follow(number: number, login: Login): Promise<void> {
  for await (const step of login) {
    // That is how one begins on the other side, too.
    if (step.type !== 'dialing') tell({ type: 'step', login: number, step: sentStep(step) });
  }
  logins.delete(number);
}

async function close(manager: Manager): Promise<void> {
  try {
    await manager.close();
  } catch (error) {
    logger.error(`A thread was not closed in good order: ${loggable(error)}`);
  }
  // Ends this thread, not the process.
  process.exit();
}
