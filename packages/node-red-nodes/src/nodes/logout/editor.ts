import type { EditorNodeProperties, EditorRED } from 'node-red';

declare const RED: EditorRED;

interface LogoutProperties extends EditorNodeProperties {
  device: string;
  version: number;
}

RED.nodes.registerType<LogoutProperties>('wharf-logout', {
  category: 'WhatsApp device',
  color: '#C3DEC3',
  icon: 'wharf-logout.svg',
  defaults: {
    name: { value: '' },
    device: { value: '', type: 'wharf-device', required: false },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  paletteLabel: 'logout',
  label() {
    return this.name || this._('wharf-logout.name');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
});
