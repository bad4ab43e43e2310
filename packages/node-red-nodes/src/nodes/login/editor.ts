import type { EditorNodeProperties, EditorRED } from 'node-red';
import { showDefaults } from '../../shared/editor/show-defaults.js';
import { textTypes } from '../../shared/editor/value-types.js';

declare const RED: EditorRED;

interface LoginProperties extends EditorNodeProperties {
  device: string;
  method: 'qr' | 'code';
  phone: string;
  phoneType: string;
  version: number;
}

RED.nodes.registerType<LoginProperties>('wharf-login', {
  category: 'WhatsApp device',
  color: '#C3DEC3',
  icon: 'wharf-login.svg',
  defaults: {
    name: { value: '' },
    device: { value: '', type: 'wharf-device', required: false },
    method: { value: 'qr' },
    phone: { value: '' },
    phoneType: { value: 'str' },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 2,
  outputLabels(index) {
    return this._(index === 0 ? 'wharf-login.output.code' : 'wharf-login.output.linked');
  },
  paletteLabel: 'login',
  label() {
    return this.name || this._('wharf-login.name');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    showDefaults(this, { method: 'qr' });
    $('#node-input-phone').typedInput({ types: textTypes, typeField: '#node-input-phoneType' } as never);
    const method = $('#node-input-method');
    method.on('change', () => $('.wharf-phone').toggle(method.val() === 'code'));
    method.trigger('change');
  },
});
