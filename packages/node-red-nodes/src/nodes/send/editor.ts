import type { EditorNodeProperties, EditorRED } from 'node-red';
import { showDefaults } from '../../shared/show-defaults.js';

declare const RED: EditorRED;

interface SendProperties extends EditorNodeProperties {
  device: string;
  to: string;
  toType: string;
  text: string;
  textType: string;
  waitUntil: 'queued' | 'sent';
  version: number;
}

const valueTypes = ['msg', 'str', 'flow', 'global', 'env', 'jsonata'] as const;

RED.nodes.registerType<SendProperties>('wharf-send', {
  category: 'WhatsApp device',
  color: '#C3DEC3',
  icon: 'wharf-send.svg',
  align: 'right',
  defaults: {
    name: { value: '' },
    device: { value: '', type: 'wharf-device', required: false },
    to: { value: '' },
    toType: { value: 'auto' },
    text: { value: 'payload' },
    textType: { value: 'msg' },
    waitUntil: { value: 'sent' },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  paletteLabel: 'send',
  label() {
    return this.name || this._('wharf-send.name');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    showDefaults(this, { toType: 'auto', text: 'payload', textType: 'msg', waitUntil: 'sent' });
    const auto = { value: 'auto', label: this._('wharf-send.to.auto'), icon: 'fa fa-reply', hasValue: false };
    $('#node-input-to').typedInput({ types: [auto, ...valueTypes], typeField: '#node-input-toType' });
    $('#node-input-text').typedInput({ types: [...valueTypes], typeField: '#node-input-textType' });
  },
});
