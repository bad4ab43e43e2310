import type { EditorNodeProperties, EditorRED } from 'node-red';
import { showDefaults } from '../../shared/editor/show-defaults.js';
import { addressTypes, textTypes } from '../../shared/editor/value-types.js';

declare const RED: EditorRED;

interface AskProperties extends EditorNodeProperties {
  device: string;
  to: string;
  toType: string;
  question: string;
  questionType: string;
  how: 'text' | 'poll';
  options: string;
  optionsType: string;
  isMultiple: boolean;
  timeout: number;
  version: number;
}

RED.nodes.registerType<AskProperties>('wharf-ask', {
  category: 'WhatsApp device',
  color: '#C3DEC3',
  icon: 'wharf-ask.svg',
  defaults: {
    name: { value: '' },
    device: { value: '', type: 'wharf-device', required: true },
    to: { value: '' },
    toType: { value: 'str' },
    question: { value: 'payload' },
    questionType: { value: 'msg' },
    how: { value: 'text' },
    options: { value: '' },
    optionsType: { value: 'str' },
    isMultiple: { value: false },
    timeout: { value: 3600, validate: RED.validators.number(true) },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 2,
  outputLabels(index) {
    return this._(index === 0 ? 'wharf-ask.output.answer' : 'wharf-ask.output.timeout');
  },
  paletteLabel: 'ask',
  label() {
    return this.name || this._('wharf-ask.name');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    showDefaults(this, { question: 'payload', questionType: 'msg', how: 'text', timeout: '3600' });
    const translate = (key: string) => this._(key);
    $('#node-input-to').typedInput({
      types: addressTypes(translate),
      typeField: '#node-input-toType',
    } as never);
    $('#node-input-question').typedInput({
      types: textTypes,
      typeField: '#node-input-questionType',
    } as never);
    const listTypes = ['str', 'json', 'msg', 'flow', 'global', 'env', 'jsonata'];
    $('#node-input-options').typedInput({ types: listTypes, typeField: '#node-input-optionsType' } as never);
    const how = $('#node-input-how');
    how.on('change', () => $('.wharf-poll').toggle(how.val() === 'poll'));
    how.trigger('change');
  },
});
