import type { EditorNodeProperties, EditorRED } from 'node-red';
import { LinkPanel } from './link-panel.js';

declare const RED: EditorRED;

interface DeviceProperties extends EditorNodeProperties {
  deviceId: string;
  version: number;
}

/** The panel of the dialog that is open; Node-RED opens one dialog of a config type at a time. */
let panel: LinkPanel | undefined;

RED.nodes.registerType<DeviceProperties>('wharf-device', {
  category: 'config',
  defaults: {
    name: { value: '' },
    deviceId: {
      value: '',
      validate: (id) => !id || /^\$\{\S+\}$|^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id),
    },
    version: { value: 1 },
  },
  label() {
    return this.name || this.deviceId || this.id;
  },
  oneditprepare() {
    const field = $('#node-config-input-deviceId');
    // Written down at once: a copy of the flow, or a node made anew, then finds the same device again.
    if (!field.val()) field.val(this.id);
    panel = new LinkPanel((key, values) => this._(`wharf-device.${key}`, values ?? {}));
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
