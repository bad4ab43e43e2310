import type { EditorNodeProperties, EditorRED } from 'node-red';
import type { Translate } from '../../shared/editor/texts.js';
import { defaultDeviceId } from './default-device-id.js';
import { LinkPanel } from './link-panel.js';
import { PlacePanel } from './place-panel.js';
import { SettingsPanel } from './settings-panel.js';

declare const RED: EditorRED;

interface DeviceProperties extends EditorNodeProperties {
  deviceId: string;
  runs: 'here' | 'gateway';
  url: string;
  version: number;
}

/** As `isDeviceId` of core has it, or an environment variable such as `${PHONE}`. */
const deviceIdOrVariable = /^\$\{\S+\}$|^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The panel of the dialog that is open; Node-RED opens one dialog of a config type at a time. */
let panel: LinkPanel | undefined;

RED.nodes.registerType<DeviceProperties, { token: string }>('wharf-device', {
  category: 'config',
  defaults: {
    name: { value: '' },
    deviceId: {
      value: '',
      validate(deviceId) {
        return !deviceId || (deviceIdOrVariable.test(deviceId) && deviceId !== this.id);
      },
    },
    runs: { value: 'here' },
    url: {
      value: '',
      validate(url) {
        return this.runs !== 'gateway' || /^https?:\/\/.|^\$\{\S+\}$/.test(url ?? '');
      },
    },
    version: { value: 1 },
  },
  credentials: { token: { type: 'password' } },
  label() {
    return this.name || this.deviceId || this.id;
  },
  oneditprepare() {
    const field = $('#node-config-input-deviceId');
    // Written down at once: a copy of the flow, or a node made anew, then finds the same device again.
    if (!field.val()) field.val(defaultDeviceId(this.id));
    const translate: Translate = (key, values) => this._(`wharf-device.${key}`, values ?? {});
    // Flows from before there was a choice have none.
    if (!$('#node-config-input-runs').val()) $('#node-config-input-runs').val('here');
    const place = new PlacePanel(this.id);
    panel = new LinkPanel(translate, place);
    new SettingsPanel(translate);
  },
  oneditsave() {
    panel?.close({ discard: false });
  },
  oneditcancel() {
    panel?.close({ discard: true });
  },
  oneditdelete() {
    panel?.close({ discard: false });
  },
});
