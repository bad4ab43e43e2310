import { isDeepStrictEqual } from 'node:util';
import { Automation } from '../automation/automation.js';
import { bounds } from '../bounds.js';
import { WharfError } from '../errors/errors.js';
import { Inbox } from '../inbox/inbox.js';
import type { Outbox } from '../outbox/outbox.js';
import type { DeviceRecord, Scope } from '../store/store.js';
import type { DeviceInfo, DeviceState } from '../types/device.js';
import type { DeviceSettings, DeviceSettingsPatch } from '../types/settings.js';
import { withDeadline } from '../util/deadline.js';
import type { CloseCode, Wire, WireEvent } from '../wire/wire.js';
import { automationHost } from './automation-host.js';
import { STABLE_MS } from './backoff.js';
import { loggedIn } from './connection-of.js';
import { DeviceSession } from './device-session.js';
import { dialOptions } from './dial-options.js';
import type { Login, LoginMethod } from './login.js';
import { LoginAttempt } from './login-attempt.js';
import { moveLogin } from './login-end.js';
import { type OpenAccount, openAccount } from './open-account.js';
import { receive } from './receive.js';
import { Runner } from './runner.js';
import { StoredSettings } from './settings.js';
import { isAtRest, isLeft, stateWithoutOwner } from './state.js';
import { catchStorageFailure, closeCodeOf, storageFailure, storeIfPossible } from './storage-failure.js';
import type { DeviceSurroundings } from './surroundings.js';
import { Tenure } from './tenure.js';
import { type Input, transition } from './transition.js';
import { writeDown } from './write-down.js';

/**
 * One device: feeds what happens into `transition`, remembers what becomes of it, and has the runner do what follows.
 * While another process runs the device, it only shows what that one has written down.
 */
export class Device {
  readonly session: DeviceSession;
  readonly automation: Automation;
  readonly #settings: StoredSettings;
  readonly #runner: Runner;
  readonly #inbox: Inbox;
  readonly #tenure: Tenure;
  #record: DeviceRecord;
  #account: OpenAccount | undefined;
  #login: LoginAttempt | undefined;
  #attempts = 0;
  #isVersionRefreshed = false;

  constructor(
    /** As it was read first: its ID and when it was created never change. */
    readonly origin: DeviceRecord,
    private readonly around: DeviceSurroundings,
  ) {
    this.#record = origin;
    this.#settings = new StoredSettings(origin.id, around.store.devices);
    this.#inbox = new Inbox({ ...around, onStorageFailure: (error) => this.#onStorageFailure(error) });
    this.session = new DeviceSession(origin.sessionFolder, around.folders, around.openSession, (error) =>
      queueMicrotask(() => this.#onStorageFailure(error)),
    );
    this.#tenure = new Tenure(origin.id, this.session, around);
    this.automation = new Automation(automationHost(this), around);
    this.#runner = new Runner(
      {
        id: origin.id,
        session: this.session,
        apply: (input) => this.apply(input),
        onWire: (event) => this.#guard(() => this.#onWire(event)),
        onHangUp: () => this.#ifPossible(() => this.#account?.outbox.detach()),
        onDrain: (wire) => this.account?.outbox.attach(wire),
        onVersionRefreshed: () => {
          this.#isVersionRefreshed = true;
        },
        putFolder: () => this.#put({ sessionFolder: this.session.folder }),
        dialOptions: () => dialOptions(this.#record, this.#login?.how, around, () => this.settings),
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

  /** This process holds the session: it alone runs the device and writes down what becomes of it. */
  get isMine(): boolean {
    return this.#tenure.isMine;
  }

  /** The latest attempt to log in, in this process. */
  get login(): Login | undefined {
    return this.#login;
  }

  /** The connection of this process, while there is one. */
  get wire(): Wire | undefined {
    return this.#runner.wire;
  }

  /** What is set on the device now, complete. */
  get settings(): DeviceSettings {
    return this.#settings.current;
  }

  /** Changes settings; they hold at once, without a new connection. */
  updateSettings(patch: DeviceSettingsPatch): DeviceSettings {
    this.#settings.update(patch);
    this.account?.outbox.repace();
    this.automation.look();
    return this.settings;
  }

  /** Which rows are this device's; undefined while it has no account. */
  get scope(): Scope | undefined {
    const { id, account } = this.#record;
    return account && { deviceId: id, jid: account.jid };
  }

  /** The queue of what is owed; refuses in the states in which nothing may be queued. */
  get outbox(): Outbox {
    return this.#accountOf(loggedIn(this.state, this.scope)).outbox;
  }

  /** The queue to look into and the media, in whatever state the device is; undefined while it has no account. */
  get account(): OpenAccount | undefined {
    return this.scope && this.#accountOf(this.scope);
  }

  /** Begins a login, or joins the one that is running in the same way; one that runs in another way is cancelled. */
  startLogin(how: LoginMethod): Login {
    const running = this.#login?.hasEnded ? undefined : this.#login;
    if (running && isDeepStrictEqual(running.how, how)) return running;
    if (this.#record.account) throw new WharfError('DEVICE_LOGGED_IN');
    running?.cancel();
    this.#demand();
    this.#login = new LoginAttempt(this.around.clock, how, (reason) =>
      this.apply({ type: 'cancel_login', reason }),
    );
    this.#runner.hurry();
    this.apply({ type: 'login' });
    return this.#login;
  }

  /** Makes the device this process's to run; false while another process runs it. */
  take(): boolean {
    if (this.isMine) return true;
    const record = this.#tenure.take();
    if (!record) return false;
    this.#record = record;
    const state = stateWithoutOwner(record);
    if (state !== record.state) this.#enter(state, record.state);
    return true;
  }

  /** Shows what the owner has written down. */
  mirror(record: DeviceRecord): void {
    if (this.isMine) return;
    const { state: previous } = this.#record;
    this.#record = record;
    if (!isDeepStrictEqual(previous, record.state)) this.around.onState(this.info, previous);
  }

  /** Looks for what other processes have put into the outbox or ended there. */
  wake(isOwing: boolean): void {
    this.#account?.outbox.look(isOwing);
    this.automation.look();
  }

  /** Connects a device that has an account, or completes a pairing that was cut short; one that `isAwaited` dials first. */
  async start(isAwaited = false): Promise<void> {
    if (isAwaited) this.#runner.hurry();
    if (this.isMine && !isAtRest(this.state)) return this.apply({ type: 'start' });
    if (!this.#record.account && !this.session.exists) return;
    this.#demand();
    try {
      this.session.open();
    } catch (error) {
      // The state says what is wrong, and the back-off tries again.
      if (storageFailure(error)) this.apply({ type: 'start' });
      throw error;
    }
    if (!this.#record.account) {
      const paired = await this.around.driver.readAccount(this.session.open());
      if (!isAtRest(this.state)) return; // A login has begun meanwhile, and needs the session.
      if (!paired) {
        this.session.discard();
        return this.#tenure.letGo();
      }
      this.#put({ account: paired.account });
    }
    this.#demand();
    this.apply({ type: 'start' });
  }

  /** Closes the connection; nothing more happens until the device is started. */
  async stop(): Promise<void> {
    if (isAtRest(this.state)) return;
    this.#demand();
    this.apply({ type: 'stop' });
    await this.settled();
  }

  /** Ends the session, at WhatsApp too when there is a connection to say so. */
  async logout(): Promise<void> {
    if (isAtRest(this.state) && !this.#record.account) return;
    this.#demand();
    this.session.openToEnd();
    this.apply({ type: 'logout' });
    await this.settled();
  }

  /**
   * Lets go of the device, which stays in use: for another process to run, the one that is named or any. What was being sent is
   * finished first, within the bound; the connection is closed in good order, without a logout.
   */
  async leave(heir?: string): Promise<void> {
    if (!this.take()) return;
    if (heir)
      await withDeadline(
        this.#account?.outbox.finish() ?? Promise.resolve(),
        bounds.handOverMs,
        () => undefined,
      );
    this.apply({ type: 'leave', reason: heir ? 'handed_over' : 'unattended' });
    await this.settled();
    if (isAtRest(this.state) || isLeft(this.state)) this.#tenure.letGo(heir);
  }

  /** Feeds an input in. The state has changed when this returns; what follows from it goes on in the background. */
  apply(input: Input): void {
    if (!this.isMine) return;
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
    if (isAtRest(state)) this.#runner.queue(async () => isAtRest(this.state) && this.#tenure.letGo());
  }

  /** Resolves when everything that was asked for has been done. */
  settled(): Promise<void> {
    return this.#runner.settled();
  }

  /** Closes the connection and frees the session. A device in use stays so: the next process goes on from there. */
  async close(): Promise<void> {
    this.#login?.cancel();
    this.apply({ type: 'leave', reason: 'unattended' });
    this.#runner.cancelTimer();
    this.#ifPossible(() => this.#account?.outbox.close());
    await this.settled();
    this.#inbox.flush();
    this.#tenure.letGo();
  }

  /** @throws WharfError DEVICE_IN_USE */
  #demand(): void {
    if (!this.take()) throw new WharfError('DEVICE_IN_USE');
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
      // What cannot be put back into the queue now is put back when sending begins again.
      this.#ifPossible(() => this.#account?.outbox.detach());
    }
    this.#ifPossible(() => writeDown(this.around, this.#record, previous, account));
    this.#ifPossible(() => this.automation.look());
    moveLogin(this.#login, state, this.#record.account);
    this.around.onState(this.info, previous);
  }

  #onWire(event: WireEvent): void {
    switch (event.type) {
      case 'qr':
      case 'code':
        this.apply({ type: 'pairing' });
        return this.#login?.move(event);
      case 'paired':
      case 'opened':
        this.#put({ account: { ...this.#record.account, ...event.account.account } });
        return this.apply({ type: event.type });
      case 'synced':
      case 'closed':
        return this.apply(event);
      default:
        if (this.scope)
          receive(event, this.#accountOf(this.scope), this.#inbox, this.automation, this.around);
    }
  }

  /** Does what ends the connection if it cannot be stored: what came is asked for again when there is space. */
  #guard(run: () => void): void {
    catchStorageFailure(run, (failure) => this.#onStorageFailure(failure));
  }

  #onStorageFailure(error: WharfError): void {
    this.around.logger.error(`Device ${this.#record.id}: ${error.code}`);
    const { state } = this;
    if (isAtRest(state) || (state.name === 'reconnecting' && state.retryAt !== undefined)) return;
    this.#breakOff(closeCodeOf(error));
  }

  #breakOff(code: CloseCode): void {
    this.#runner.hangUp();
    this.apply({ type: 'closed', code });
  }

  #ifPossible(write: () => void): void {
    storeIfPossible(write, () => this.around.logger.error(`Device ${this.#record.id} could not be stored.`));
  }

  #accountOf(scope: Scope): OpenAccount {
    if (this.#account?.outbox.scope.jid !== scope.jid) {
      this.#account = openAccount(scope, this, this.around, {
        guard: (run) => this.#guard(run),
        // Nothing that is written is confirmed: a new connection, before the recipient waits any longer.
        onSuspicion: () => this.#breakOff(408),
      });
    }
    return this.#account;
  }

  #put(change: Partial<DeviceRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.around.store.devices.put(this.#record);
  }
}
