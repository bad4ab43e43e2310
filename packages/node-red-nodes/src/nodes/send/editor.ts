import type { EditorNodeProperties, EditorRED } from 'node-red';
import { catalogue } from '../../shared/editor/catalogue.js';
import { saveInto } from '../../shared/editor/changed.js';
import { type FormValues, SchemaForm } from '../../shared/editor/schema-form.js';
import { showDefaults } from '../../shared/editor/show-defaults.js';
import type { Translate } from '../../shared/editor/texts.js';
import { addressTypes, textTypes } from '../../shared/editor/value-types.js';
import type { Catalogue } from '../../shared/form-field.js';
import { sendVersion, upgradeSend } from './settings.js';

declare const RED: EditorRED;

interface SendProperties extends EditorNodeProperties {
  device: string;
  to: string;
  toType: string;
  kind: string;
  text: string;
  textType: string;
  fields: FormValues;
  isReply: boolean;
  waitUntil: 'queued' | 'sent' | 'delivered' | 'read';
  timeout: number;
  version: number;
}

/** The form of the dialog that is open; undefined until the catalogue is there. */
let form: SchemaForm | undefined;
let isOpen = false;

RED.nodes.registerType<SendProperties>('wharf-send', {
  category: 'WhatsApp device',
  color: '#C3DEC3',
  icon: 'wharf-send.svg',
  align: 'right',
  defaults: {
    name: { value: '' },
    device: { value: '', type: 'wharf-device', required: false },
    to: { value: '' },
    toType: { value: 'str' },
    kind: { value: '' },
    text: { value: 'payload' },
    textType: { value: 'msg' },
    fields: { value: {} },
    isReply: { value: false },
    waitUntil: { value: 'sent' },
    timeout: { value: 30, validate: RED.validators.number(true) },
    version: { value: 2 },
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
    const saved = upgradeSend({ ...this }, this.version ?? 1);
    $('#node-input-to').val(String(saved.to ?? ''));
    $('#node-input-toType').val(String(saved.toType ?? 'str'));
    showDefaults(this, { text: 'payload', textType: 'msg', waitUntil: 'sent', timeout: '30' });
    const translate: Translate = (key, values) => this._(key, values ?? {});
    $('#node-input-to').typedInput({
      types: addressTypes(translate),
      typeField: '#node-input-toType',
    } as never);
    $('#node-input-text').typedInput({ types: textTypes, typeField: '#node-input-textType' } as never);
    $('#node-input-waitUntil').on('change', () => {
      $('.wharf-timeout').toggle($('#node-input-waitUntil').val() !== 'queued');
    });
    $('#node-input-waitUntil').trigger('change');
    isOpen = true;
    void catalogue().then((known) => {
      if (isOpen) showForm(known, this.kind ?? '', this.fields ?? {}, translate);
    });
  },
  oneditsave() {
    const own = form ? { kind: String($('#wharf-kind').val() ?? ''), fields: form.values } : {};
    isOpen = false;
    form = undefined;
    return saveInto(this, { ...own, version: sendVersion });
  },
  oneditcancel() {
    isOpen = false;
    form = undefined;
  },
});

/** The kinds to choose from, and the form of the one that is chosen. */
function showForm({ contents }: Catalogue, kind: string, values: FormValues, translate: Translate): void {
  const shown = new SchemaForm($('#wharf-content'), translate);
  form = shown;
  const choice = $('#wharf-kind');
  for (const { kind: known } of contents) choice.append($('<option>').val(known).text(known));
  choice.val(kind);
  const show = () => {
    const chosen = contents.find((content) => content.kind === choice.val());
    $('.wharf-any-content').toggle(!chosen);
    shown.show(chosen?.fields ?? [], { ...values, ...shown.values });
  };
  choice.on('change', show);
  show();
}
