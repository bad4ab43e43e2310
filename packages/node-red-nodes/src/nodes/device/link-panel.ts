import type { DeviceInfo } from '@wharf/core';
import type { EditorRED } from 'node-red';
import { isRefusal, request } from '../../shared/editor/request.js';
import type { Translate } from '../../shared/editor/texts.js';
import type { CodeAnswer, DeviceLine, StateAnswer } from './admin-answers.js';
import type { Place, PlacePanel } from './place-panel.js';

declare const RED: EditorRED;

type Tone = 'success' | 'warning' | 'error' | 'none';

/**
 * The part of the device dialog that links the device: state, QR code or pairing code, countdown and buttons.
 *
 * The runtime only says that there is news; the panel then asks for it over the admin routes, where permissions hold.
 */
export class LinkPanel {
  readonly #deviceField = $<HTMLInputElement>('#node-config-input-deviceId');
  readonly #nameField = $<HTMLInputElement>('#node-config-input-name');
  #deviceId = '';
  #countdown: number | undefined;
  #isClosed = false;
  #isLoggedIn = false;
  #canLink = false;
  #isCode = false;
  #isPhoneAsked = false;
  /** The runtime was told where this device runs: so it is told of every change, too. */
  #hasPlaced = false;
  /** The device the user has begun to link in this dialog: taken back when the dialog is cancelled. */
  #begun: string | undefined;

  constructor(
    private readonly translate: Translate,
    private readonly where: PlacePanel,
  ) {
    $('#wharf-link').on('click', () => this.#link());
    $('#wharf-link-by-code').on('click', () => this.#askPhone(true));
    $('#wharf-phone-no').on('click', () => this.#askPhone(false));
    $('#wharf-phone-yes').on('click', () => this.#link(String($('#wharf-phone').val() ?? '').trim()));
    $('#wharf-phone').on('keydown', ({ key }) => {
      if (key === 'Enter') $('#wharf-phone-yes').trigger('click');
    });
    $('#wharf-cancel').on('click', () => this.#cancel());
    $('#wharf-copy').on('click', () => this.#copy());
    $('#wharf-logout').on('click', () => this.#askLogout(true));
    $('#wharf-logout-no').on('click', () => this.#askLogout(false));
    $('#wharf-logout-yes').on('click', () => this.#logout());
    this.#deviceField.on('change', () => this.#watch());
    this.where.onChange(() => this.#watch());
    this.#watch();
  }

  /** Ends all that the panel has begun; `discard` when the dialog was cancelled. */
  close({ discard }: { discard: boolean }): void {
    const deviceId = this.#deviceId;
    this.#isClosed = true;
    this.#unwatch();
    if (discard && this.#begun) void this.#post(this.#begun, 'login/cancel', { discard: true });
    else if (discard && this.#hasPlaced) void this.#post(deviceId, 'place', { runs: 'as_deployed' });
  }

  #watch(): void {
    this.#unwatch();
    this.#deviceId = String(this.#deviceField.val() ?? '').trim();
    const { place } = this.where;
    if (!this.#deviceId) {
      this.#say(this.translate('state.blank'), 'none');
    } else if (place.runs === 'gateway' && !place.url) {
      this.#say(this.translate('state.noGateway'), 'none');
    } else {
      RED.comms.subscribe(`wharf-device/${this.#deviceId}`, this.#refresh);
      void this.#settle(place);
    }
  }

  /** Has the runtime ask there where the dialog says that the device runs. Who may only look is told of what is deployed. */
  async #settle(place: Place): Promise<void> {
    if (place.runs === 'gateway' || this.#hasPlaced) {
      this.#hasPlaced = true;
      await this.#post(this.#deviceId, 'place', place);
    }
    this.#refresh();
    this.#offerDevices();
  }

  #unwatch(): void {
    this.#hideCode();
    if (this.#deviceId) RED.comms.unsubscribe(`wharf-device/${this.#deviceId}`, this.#refresh);
    this.#deviceId = '';
  }

  /** One reference, so that the editor can unsubscribe it again. */
  readonly #refresh = (): void => {
    const deviceId = this.#deviceId;
    void (async () => {
      const answer = await this.#get<StateAnswer>(deviceId, 'state');
      if (deviceId === this.#deviceId && answer) await this.#show(answer);
    })();
  };

  async #show({ device, login, failure }: StateAnswer): Promise<void> {
    const isPairing = ['dialing', 'qr', 'code', 'scanned'].includes(login);
    this.#isLoggedIn = device?.account !== undefined && device.state.name !== 'logged_out';
    this.#canLink = !isPairing && !this.#isLoggedIn;
    this.#askPhone(this.#canLink && this.#isPhoneAsked);
    $('#wharf-cancel').toggle(isPairing);
    $('#wharf-logout').toggle(this.#isLoggedIn && !isPairing);
    this.#askLogout(false);

    if (login === 'qr' || login === 'code') await this.#showCode();
    else this.#hideCode();

    if (isPairing) this.#say(this.translate(`login.${login}`), 'warning');
    else if (failure && !this.#isLoggedIn) this.#say(failure.message, 'error');
    else if (device) this.#say(this.#describe(device), toneOf(device));
    else this.#say(this.translate('state.new'), 'none');
  }

  #describe({ state, account }: DeviceInfo): string {
    const who = account ? [`+${account.phone}`, account.pushName].filter(Boolean).join(', ') : '';
    if (state.name === 'connected') return this.translate('state.connected', { who });
    if (state.name === 'reconnecting') return this.translate('state.reconnecting', { who });
    if (state.name === 'connecting') return this.translate('state.connecting');
    return this.translate(`state.${state.reason}`, { who });
  }

  async #showCode(): Promise<void> {
    const { code } = (await this.#get<CodeAnswer>(this.#deviceId, 'code')) ?? {};
    if (!code || this.#isClosed) {
      this.#hideCode();
      return;
    }
    const { qr = '', image = '', pairingCode } = code;
    $('#wharf-qr').attr('src', image);
    $('#wharf-qr-text').val(pairingCode ?? qr);
    // Read letter by letter; typed on the phone in two groups of four.
    $('#wharf-pairing-code').text((pairingCode ?? '').replace(/^(.{4})(.+)$/, '$1-$2'));
    $('.wharf-by-qr').toggle(pairingCode === undefined);
    $('.wharf-by-code').toggle(pairingCode !== undefined);
    $('#wharf-code').css('display', 'flex');
    this.#isCode = pairingCode !== undefined;
    this.#count(Date.now() + code.expiresInMs);
  }

  #hideCode(): void {
    window.clearInterval(this.#countdown);
    $('#wharf-code').hide();
    $('#wharf-qr').removeAttr('src');
    $('#wharf-qr-text').val('');
    $('#wharf-pairing-code').text('');
  }

  #count(until: number): void {
    window.clearInterval(this.#countdown);
    const tick = () => {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      $('#wharf-countdown').text(
        this.translate(this.#isCode ? 'code.goodFor' : 'code.next', { seconds: Math.max(0, seconds) }),
      );
      // The news of the next code may have been lost with the editor's connection.
      if (seconds < -1) this.#refresh();
    };
    tick();
    this.#countdown = window.setInterval(tick, 1000);
  }

  #askPhone(isAsked: boolean): void {
    const isNews = isAsked && !this.#isPhoneAsked;
    this.#isPhoneAsked = isAsked;
    $('#wharf-link, #wharf-link-by-code').toggle(this.#canLink && !isAsked);
    $('#wharf-phone-row').toggle(this.#canLink && isAsked);
    if (isNews) $('#wharf-phone').trigger('focus');
  }

  /** By QR code, or by a code for the phone with this number. */
  #link(phone?: string): void {
    const deviceId = this.#deviceId;
    this.#begun = deviceId;
    this.#say(this.translate('login.dialing'), 'warning');
    const name = String(this.#nameField.val() ?? '').trim();
    const body = { ...(name ? { name } : {}), ...(phone === undefined ? {} : { phone }) };
    void this.#post(deviceId, 'login', body).then((isDone) => isDone && this.#refresh());
  }

  #cancel(): void {
    void this.#post(this.#deviceId, 'login/cancel', {}).then((isDone) => isDone && this.#refresh());
  }

  #askLogout(isAsked: boolean): void {
    $('#wharf-logout').toggle(!isAsked && this.#isLoggedIn);
    $('#wharf-logout-confirm').toggle(isAsked);
  }

  #logout(): void {
    this.#say(this.translate('state.loggingOut'), 'warning');
    void this.#post(this.#deviceId, 'logout', {}).then((isDone) => isDone && this.#refresh());
  }

  #copy(): void {
    const field = $<HTMLInputElement>('#wharf-qr-text');
    const text = String(field.val());
    // Without HTTPS a browser has no clipboard of this kind: then the code is shown, selected, to be copied by hand.
    const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    copied.then(
      () => RED.notify(this.translate('code.copied'), { type: 'success', timeout: 2000 }),
      () => field.show().trigger('focus').trigger('select'),
    );
  }

  #offerDevices(): void {
    void this.#get<DeviceLine[]>(this.#deviceId, 'neighbours').then((devices) => {
      const options = (devices ?? []).map(({ id, name, account }) => {
        const label = [name, account && `+${account.phone}`].filter(Boolean).join(', ');
        return $('<option>').attr('value', id).text(label);
      });
      $('#wharf-known-devices').empty().append(options);
    });
  }

  #say(text: string, tone: Tone): void {
    if (this.#isClosed) return;
    $('#wharf-state').attr('data-tone', tone);
    $('#wharf-state-text').text(text);
  }

  #get<Answer extends object>(deviceId: string, what: string): Promise<Answer | undefined> {
    return this.#request<Answer>('GET', `wharf-device/${encodeURIComponent(deviceId)}/${what}`);
  }

  async #post(deviceId: string, what: string, body: object): Promise<boolean> {
    const path = `wharf-device/${encodeURIComponent(deviceId)}/${what}`;
    return (await this.#request<object>('POST', path, body)) !== undefined;
  }

  /** A failure is shown, never thrown. */
  async #request<Answer extends object>(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
  ): Promise<Answer | undefined> {
    const answer = await request<Answer>(method, path, body);
    if (!isRefusal(answer)) return answer;
    const refusal =
      answer.status === 401 ? this.translate('error.permission') : this.translate('error.noAnswer');
    this.#say(answer.message ?? refusal, 'error');
    return undefined;
  }
}

function toneOf({ state }: DeviceInfo): Tone {
  if (state.name === 'connected') return 'success';
  if (state.name === 'connecting' || state.name === 'reconnecting') return 'warning';
  return state.name === 'disconnected' && state.reason === 'created' ? 'none' : 'error';
}
