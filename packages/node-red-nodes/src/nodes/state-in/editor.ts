import type { EditorNodeProperties, EditorRED } from 'node-red';
import { catalogue } from '../../shared/editor/catalogue.js';
import { saveInto } from '../../shared/editor/changed.js';
import { CheckList } from '../../shared/editor/check-list.js';
import { showDefaults } from '../../shared/editor/show-defaults.js';

declare const RED: EditorRED;

interface StateInProperties extends EditorNodeProperties {
  scope: 'one' | 'all';
  device: string;
  events: string[];
  emitPresent: boolean;
  version: number;
}

/** The list of events in the dialog that is open. */
let events: CheckList | undefined;

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
    events: { value: ['device.state'], validate: (chosen) => chosen === undefined || chosen.length > 0 },
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
    const list = new CheckList('#wharf-events', [], this.events ?? ['device.state']);
    events = list;
    void catalogue().then((known) => {
      if (events === list) events = new CheckList('#wharf-events', known.events, list.checked);
    });
    const scope = $('#node-input-scope');
    scope.on('change', () => {
      $('.wharf-one-device').toggle(scope.val() === 'one');
      $('#node-input-device').trigger('change');
    });
    scope.trigger('change');
  },
  oneditsave() {
    const chosen = events?.checked ?? [];
    events = undefined;
    return saveInto(this, { events: chosen });
  },
  oneditcancel() {
    events = undefined;
  },
});
