import { isDeepStrictEqual } from 'node:util';
import { isWharfError, WharfError } from '../errors/errors.js';
import type { EventLog } from '../events/log.js';
import { Inbox } from '../inbox/inbox.js';
import { Outbox } from '../outbox/outbox.js';
import type { SessionFolders } from '../store/folders.js';
import type { DeviceRecord, OpenSession, Scope, Store } from '../store/store.js';
import type { DeviceInfo, DeviceState } from '../types/device.js';
import type { Endpoint } from '../types/endpoint.js';
import type { MessageId } from '../types/ids.js';
import type { DeviceSettings, DeviceSettingsPatch } from '../types/settings.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import type { PairedAccount, WireDriver, WireEvent } from '../wire/wire.js';
import { STABLE_MS } from './backoff.js';
import { DeviceSession } from './device-session.js';
import type { Login, LoginMethod } from './login.js';
import { LoginAttempt } from './login-attempt.js';
import { loginEnd } from './login-end.js';
import type { Ramp } from './ramp.js';
import { Runner } from './runner.js';
import { StoredSettings } from './settings.js';
import { isAtRest } from './state.js';
import { closeCodeOf, storageFailure } from './storage-failure.js';
import { type Input, transition } from './transition.js';
import { writeDown } from './write-down.js';

export interface DeviceSurroundings {
  store: Store;
  log: EventLog;
  folders: SessionFolders;
  openSession: OpenSession;
  driver: WireDriver;
  endpoint?: Endpoint;
  clock: Clock;
  ramp: Ramp;
  random(): number;
  logger: Logger;
  onState(device: DeviceInfo, previous: DeviceState): void;
}

/** One device: feeds what happens into `transition`, remembers what becomes of it, and has the runner do what follows. */
export class Device {
  readonly session: DeviceSession;
  readonly #settings: StoredSettings;
  readonly #runner: Runner;
  readonly #inbox: Inbox;
  #record: DeviceRecord;
  #outbox: Outbox | undefined;
  #login: LoginAttempt | undefined;
  #attempts = 0;
  #isVersionRefreshed = false;

  constructor(
    record: DeviceRecord,
    private readonly around: DeviceSurroundings,
  ) {
    // Whatever was going on when the last process ended is over.
    const state: DeviceState = isAtRest(record.state)
      ? record.state
      : { name: 'disconnected', reason: record.account ? 'stopped' : 'created' };
    this.#record = { ...record, state };
    this.#settings = new StoredSettings(record.id, around.store.devices);
    this.#inbox = new Inbox(around);
    this.session = new DeviceSession(record.sessionFolder, around.folders, around.openSession, (error) =>
      queueMicrotask(() => this.#onStorageFailure(error)),
    );
    this.#runner = new Runner(
      {
        id: record.id,
        session: this.session,
        apply: (input) => this.apply(input),
        onWire: (event) => this.#guard(() => this.#onWire(event)),
        onHangUp: () => this.#ifPossible(() => this.#outbox?.detach()),
        onDrain: (wire) => this.scope && this.#outboxOf(this.scope).attach(wire),
        onVersionRefreshed: () => {
          this.#isVersionRefreshed = true;
        },
        putFolder: () => this.#putFolder(),
        dialOptions: () => this.#dialOptions(),
      },
      around,
    );
  }

  /** A copy for the outside. */
  get info(): DeviceInfo {
    const { sessionFolder: _, ...info } = this.#record;
    return structuredClone(info);
  }

  get state(): DeviceState {
    return this.#record.state;
  }

  /** The latest attempt to log in, in this process. */
  get login(): Login | undefined {
    return this.#login;
  }

  /** What is set on the device now, complete. */
  get settings(): DeviceSettings {
    return this.#settings.current;
  }

  /** Changes settings; they hold at once, without a new connection. */
  updateSettings(patch: DeviceSettingsPatch): DeviceSettings {
    const settings = this.#settings.update(patch);
    this.sends?.repace();
    return settings;
  }

  /** Which rows are this device's; undefined while it has no account. */
  get scope(): Scope | undefined {
    const { id, account } = this.#record;
    return account && { deviceId: id, jid: account.jid };
  }

  /** The queue of what is owed; refuses in the states in which nothing may be queued. */
  get outbox(): Outbox {
    const { state, scope } = this;
    if (state.name === 'logged_out') throw new WharfError('DEVICE_LOGGED_OUT');
    if (state.name === 'reconnecting' && state.reason === 'in_use') throw new WharfError('DEVICE_IN_USE');
    if (!scope || isAtRest(state) || state.name === 'connecting')
      throw new WharfError('DEVICE_NOT_CONNECTED');
    return this.#outboxOf(scope);
  }

  /** The queue to look into, in whatever state the device is; undefined while it has no account. */
  get sends(): Outbox | undefined {
    return this.scope && this.#outboxOf(this.scope);
  }

  /** Begins a login, or joins the one that is running in the same way; one that runs in another way is cancelled. */
  startLogin(how: LoginMethod): Login {
    const running = this.#login?.hasEnded ? undefined : this.#login;
    if (running && isDeepStrictEqual(running.how, how)) return running;
    if (this.#record.account) throw new WharfError('DEVICE_LOGGED_IN');
    running?.cancel();
    this.session.open();
    this.#login = new LoginAttempt(this.around.clock, how, (reason) =>
      this.apply({ type: 'cancel_login', reason }),
    );
    this.#runner.hurry();
    this.apply({ type: 'login' });
    return this.#login;
  }

  /** Somebody waits for this device: until it is connected, its dials go before those of others. */
  hurry = (): void => this.#runner.hurry();

  /** Connects a device that has an account; completes a pairing that the end of a process cut short. */
  async start(): Promise<void> {
    if (!isAtRest(this.state)) return this.apply({ type: 'start' });
    if (!this.#record.account && !this.session.exists) return;
    try {
      const session = this.session.open();
      if (!this.#record.account) {
        const paired = await this.around.driver.readAccount(session);
        if (!paired) return this.session.discard();
        this.#rememberAccount(paired);
      }
    } catch (error) {
      // The back-off asks again until the other process has ended, and the state says what else is wrong.
      const isInUse = isWharfError(error) && error.code === 'DEVICE_IN_USE';
      if (isInUse || storageFailure(error)) this.apply({ type: 'start' });
      if (isInUse) return;
      throw error;
    }
    this.apply({ type: 'start' });
  }

  /** Ends the session, at WhatsApp too when there is a connection to say so. */
  async logout(): Promise<void> {
    if (isAtRest(this.state) && !this.#record.account) return;
    try {
      this.session.open();
    } catch (error) {
      // A session that cannot be read is of no use to anybody: it is set aside all the same.
      if (closeCodeOf(error) !== 'storage_damaged') throw error;
    }
    this.apply({ type: 'logout' });
    await this.settled();
  }

  /** Feeds an input in. The state has changed when this returns; what follows from it goes on in the background. */
  apply(input: Input): void {
    const { clock, random } = this.around;
    const previous = this.state;
    const [state, effects] = transition(previous, input, {
      hasAccount: this.#record.account !== undefined,
      attempts: this.#attempts,
      isVersionRefreshed: this.#isVersionRefreshed,
      now: clock.now(),
      random: random(),
    });
    if (state !== previous) this.#enter(state, previous);
    for (const effect of effects) this.#runner.run(effect);
    if (isAtRest(state)) this.#runner.queue(async () => isAtRest(this.state) && this.session.close());
  }

  /** Resolves when everything that was asked for has been done. */
  settled(): Promise<void> {
    return this.#runner.settled();
  }

  /** Closes the connection and frees the session. The stored state stays: the next process goes on from it. */
  async close(): Promise<void> {
    this.#login?.cancel();
    this.#runner.cancelTimer();
    this.#runner.hangUp();
    this.#ifPossible(() => this.#outbox?.close());
    await this.settled();
    this.#inbox.flush();
    this.session.close();
  }

  #enter(state: DeviceState, previous: DeviceState): void {
    const { account } = this.#record;
    this.#runner.enter(state);
    this.#record = { ...this.#record, state };
    if (state.name === 'logged_out') delete this.#record.account;
    if (state.name === 'reconnecting') this.#attempts = state.attempt;
    if (state.name === 'connected') {
      this.#isVersionRefreshed = false;
      this.#runner.setTimer(STABLE_MS, () => {
        this.#attempts = 0;
      });
    } else {
      this.#outbox?.detach();
    }
    if (!this.session.isForeign)
      this.#ifPossible(() => writeDown(this.around, this.#record, previous, account));
    this.#moveLogin(state);
    this.around.onState(this.info, previous);
  }

  #moveLogin(state: DeviceState): void {
    const { account } = this.#record;
    if (state.name === 'connected' && account) this.#login?.move({ type: 'connected', account });
    if (state.name === 'connecting' && state.step === 'restarting') this.#login?.move({ type: 'scanned' });
    if (isAtRest(state)) this.#login?.move(loginEnd(state));
  }

  #dialOptions() {
    const how = this.#login?.how;
    return {
      ...(how?.method === 'code' && !this.#record.account ? { pairingPhone: how.phone } : {}),
      getSentText: (id: MessageId) => {
        const content = this.scope && this.around.store.forDevice(this.scope).messages.get(id)?.content;
        return content?.kind === 'text' ? content.text : undefined;
      },
    };
  }

  #onWire(event: WireEvent): void {
    const { scope } = this;
    switch (event.type) {
      case 'qr':
      case 'code':
        this.apply({ type: 'pairing' });
        this.#login?.move(event);
        return;
      case 'paired':
      case 'opened':
        this.#rememberAccount(event.account);
        return this.apply({ type: event.type });
      case 'session_restored':
        if (scope) {
          const payload = { retired: event.retired };
          this.around.log.append({ type: 'session.restored', ...scope, payload });
        }
        return;
      case 'synced':
        return this.apply({ type: 'synced' });
      case 'closed':
        return this.apply(event);
      case 'message': {
        if (!scope) return;
        const settle = (isStored: boolean) => {
          event.settle(isStored);
          if (isStored) this.#outboxOf(scope).noteMessage(event.message.chat);
        };
        return this.#inbox.take(scope, { ...event, settle });
      }
      case 'undecryptable':
      case 'alias_learned':
      case 'identity_changed':
        if (scope) this.#inbox.take(scope, event);
        return;
      case 'acknowledged':
        if (scope) this.#outboxOf(scope).acknowledge(event.messageId, event.refusal);
        return;
      case 'delivery':
        if (scope) this.#outboxOf(scope).noteDelivery(event.messageId, event.delivery);
        return;
    }
  }

  /** Does what ends the connection if it cannot be stored: what came is asked for again when there is space. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      const failure = storageFailure(error);
      if (!failure) throw error;
      this.#onStorageFailure(failure);
    }
  }

  #onStorageFailure(error: WharfError): void {
    this.around.logger.error(`Device ${this.#record.id}: ${error.code}`);
    const { state } = this;
    if (isAtRest(state) || (state.name === 'reconnecting' && state.retryAt !== undefined)) return;
    this.#runner.hangUp();
    this.apply({ type: 'closed', code: closeCodeOf(error) });
  }

  /** Writes what can be made up for later: a state is true also when it cannot be stored. */
  #ifPossible(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!storageFailure(error)) throw error;
      this.around.logger.error(`Device ${this.#record.id}: its state could not be stored.`);
    }
  }

  #outboxOf(scope: Scope): Outbox {
    if (this.#outbox?.scope.jid !== scope.jid) {
      const { store, log, random, logger } = this.around;
      const clock: Clock = {
        now: this.around.clock.now,
        after: (ms, run) => this.around.clock.after(ms, () => this.#guard(run)),
      };
      const own = this.#record.account ?? { jid: scope.jid };
      this.#outbox = new Outbox(scope, {
        store,
        log,
        clock,
        random,
        logger,
        own,
        settings: () => this.settings.pacing,
        onSuspicion: () => this.#suspectWire(),
      });
    }
    return this.#outbox;
  }

  /** Nothing that is written is confirmed: a new connection, before the recipient waits any longer. */
  #suspectWire(): void {
    this.#runner.hangUp();
    this.apply({ type: 'closed', code: 408 });
  }

  #rememberAccount({ account }: PairedAccount): void {
    this.#record = { ...this.#record, account: { ...this.#record.account, ...account } };
    this.around.store.devices.put(this.#record);
  }

  #putFolder(): void {
    this.#record = { ...this.#record, sessionFolder: this.session.folder };
    this.around.store.devices.put(this.#record);
  }
}
