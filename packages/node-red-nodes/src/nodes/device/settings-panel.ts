import type { DeviceSettings } from '@wharf/core';
import { isRefusal, request } from '../../shared/editor/request.js';
import type { Translate } from '../../shared/editor/texts.js';

/** The settings of the device in its dialog: the usual ones to choose from, and all of them as JSON. They hold at once. */
export class SettingsPanel {
  readonly #row = $('#wharf-settings-row');
  readonly #json = $<HTMLTextAreaElement>('#wharf-settings-json');

  constructor(private readonly translate: Translate) {
    this.#allow(false);
    this.#row.on('toggle', () => {
      if (this.#row.prop('open')) void this.#show();
    });
    $('#wharf-settings-save').on('click', () => void this.#save());
    // Whichever is changed, the JSON says what will be saved.
    $('#wharf-set-autoRead').on('change', () =>
      this.#write((all) => ({ ...all, autoRead: { ...all.autoRead, chats: chosen('autoRead') } })),
    );
    $('#wharf-set-calls').on('change', () =>
      this.#write((all) => ({ ...all, calls: { ...all.calls, reject: chosen('calls') } })),
    );
    $('#wharf-set-history').on('change', () =>
      this.#write((all) => ({ ...all, history: { ...all.history, sync: chosen('history') } })),
    );
  }

  get #path(): string {
    const deviceId = String($('#node-config-input-deviceId').val() ?? '').trim();
    return `wharf-device/${encodeURIComponent(deviceId)}/settings`;
  }

  /** What is changed before the settings are there would be lost when they come. */
  #allow(isAllowed: boolean): void {
    this.#row.find('select, textarea, button').prop('disabled', !isAllowed);
  }

  async #show(): Promise<void> {
    this.#allow(false);
    const settings = await request<DeviceSettings>('GET', this.#path);
    if (!isRefusal(settings)) this.#fill(settings);
    else this.#say(settings.status === 404 ? this.translate('settings.later') : settings.message);
    // Before the device exists there is nothing to read; what is written here makes it.
    if (isRefusal(settings) && settings.status === 404) this.#json.val('{}');
    this.#allow(!isRefusal(settings) || settings.status === 404);
  }

  async #save(): Promise<void> {
    let patch: object;
    try {
      patch = JSON.parse(String(this.#json.val() || '{}'));
    } catch {
      this.#say(this.translate('settings.noJson'));
      return;
    }
    const saved = await request<DeviceSettings>('POST', this.#path, patch);
    if (isRefusal(saved)) {
      this.#say(saved.message ?? this.translate('error.permission'));
      return;
    }
    this.#fill(saved);
    this.#say(this.translate('settings.saved'));
  }

  #fill(settings: DeviceSettings): void {
    this.#json.val(JSON.stringify(settings, null, 2));
    $('#wharf-set-autoRead').val(typeof settings.autoRead.chats === 'string' ? settings.autoRead.chats : '');
    $('#wharf-set-calls').val(settings.calls.reject);
    $('#wharf-set-history').val(settings.history.sync);
    this.#say('');
  }

  #write(change: (all: Partial<Record<string, object>>) => object): void {
    try {
      this.#json.val(JSON.stringify(change(JSON.parse(String(this.#json.val() || '{}'))), null, 2));
    } catch {
      this.#say(this.translate('settings.noJson'));
    }
  }

  #say(text: string | undefined): void {
    $('#wharf-settings-state').text(text ?? this.translate('error.noAnswer'));
  }
}

const chosen = (name: string): string => String($(`#wharf-set-${name}`).val());
