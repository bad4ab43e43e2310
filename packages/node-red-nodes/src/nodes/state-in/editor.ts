import type { EditorNodeProperties, EditorRED } from 'node-red';
import { showDefaults } from '../../shared/show-defaults.js';

declare const RED: EditorRED;

interface StateInProperties extends EditorNodeProperties {
  scope: 'one' | 'all';
  device: string;
  emitPresent: boolean;
  version: number;
}

RED.nodes.registerType<StateInProperties>('wharf-state-in', {
  category: 'WhatsApp device',
  color: '#C3DEC3',
  icon: 'wharf-state-in.svg',
  defaults: {
    name: { value: '' },
    scope: { value: 'one' },
    device: {
      value: '',
      type: 'wharf-device',
      // While the dialog is open its fields count, not what was saved.
      validate(device) {
        const scope = $('#node-input-scope').length ? $('#node-input-scope').val() : this.scope;
        return scope === 'all' || (!!device && device !== '_ADD_');
      },
    },
    emitPresent: { value: false },
    version: { value: 1 },
  },
  inputs: 0,
  outputs: 1,
  paletteLabel: 'state in',
  label() {
    return this.name || this._('wharf-state-in.name');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    showDefaults(this, { scope: 'one' });
    const scope = $('#node-input-scope');
    scope.on('change', () => {
      $('.wharf-one-device').toggle(scope.val() === 'one');
      $('#node-input-device').trigger('change');
    });
    scope.trigger('change');
  },
});
