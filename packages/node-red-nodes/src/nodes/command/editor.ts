import type { EditorNodeProperties, EditorRED } from 'node-red';
import { AddressList } from '../../shared/editor/address-list.js';
import { saveInto } from '../../shared/editor/changed.js';
import { showDefaults } from '../../shared/editor/show-defaults.js';
import type { CommandSettings } from './settings.js';

declare const RED: EditorRED;

interface CommandProperties extends EditorNodeProperties, CommandSettings {
  device: string;
  outputs: number;
  version: number;
}

/** The allow-list of the dialog that is open. */
let allowed: AddressList | undefined;

RED.nodes.registerType<CommandProperties>('wharf-command', {
  category: 'WhatsApp device',
  color: '#C3DEC3',
  icon: 'wharf-command.svg',
  defaults: {
    name: { value: '' },
    device: { value: '', type: 'wharf-device', required: true },
    how: { value: 'word' },
    prefix: { value: '/' },
    pattern: { value: '', required: true },
    chats: { value: 'both' },
    allowed: { value: [] },
    hasAnswer: { value: false },
    timeout: { value: 300, validate: RED.validators.number(true) },
    outputs: { value: 1 },
    version: { value: 1 },
  },
  inputs: 0,
  outputs: 1,
  outputLabels(index) {
    return this._(index === 0 ? 'wharf-command.output.command' : 'wharf-command.output.answer');
  },
  paletteLabel: 'command',
  label() {
    const shown = this.how === 'regex' ? this.pattern : `${this.prefix ?? ''}${this.pattern ?? ''}`;
    return this.name || (this.pattern ? shown : this._('wharf-command.name'));
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    showDefaults(this, { how: 'word', chats: 'both', timeout: '300' });
    allowed = new AddressList('#wharf-allowed', this.allowed ?? [], (key) => this._(key));
    const how = $('#node-input-how');
    how.on('change', () => $('.wharf-prefix').toggle(how.val() === 'word'));
    how.trigger('change');
    const hasAnswer = $('#node-input-hasAnswer');
    hasAnswer.on('change', () => $('.wharf-timeout').toggle(hasAnswer.is(':checked')));
    hasAnswer.trigger('change');
  },
  oneditsave() {
    const people = allowed?.addresses ?? [];
    allowed = undefined;
    const outputs = $('#node-input-hasAnswer').is(':checked') ? 2 : 1;
    return saveInto(this, { allowed: people, outputs });
  },
  oneditcancel() {
    allowed = undefined;
  },
});
