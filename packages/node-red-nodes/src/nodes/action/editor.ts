import type { EditorNodeProperties, EditorRED } from 'node-red';
import { catalogue } from '../../shared/editor/catalogue.js';
import { saveInto } from '../../shared/editor/changed.js';
import { type FormValues, SchemaForm } from '../../shared/editor/schema-form.js';
import type { Translate } from '../../shared/editor/texts.js';
import type { Catalogue } from '../../shared/form-field.js';

declare const RED: EditorRED;

interface ActionProperties extends EditorNodeProperties {
  device: string;
  action: string;
  fields: FormValues;
  version: number;
}

/** The form of the dialog that is open; undefined until the catalogue is there. */
let form: SchemaForm | undefined;
let isOpen = false;

RED.nodes.registerType<ActionProperties>('wharf-action', {
  category: 'WhatsApp device',
  color: '#C3DEC3',
  icon: 'wharf-action.svg',
  defaults: {
    name: { value: '' },
    device: { value: '', type: 'wharf-device', required: false },
    action: { value: 'chat.list' },
    fields: { value: {} },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  paletteLabel: 'action',
  label() {
    return this.name || this.action || this._('wharf-action.name');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    isOpen = true;
    const translate: Translate = (key, values) => this._(key, values ?? {});
    void catalogue().then((known) => {
      if (isOpen) showForm(known, this.action ?? '', this.fields ?? {}, translate);
    });
  },
  oneditsave() {
    const own = form ? { action: String($('#wharf-action').val() ?? ''), fields: form.values } : {};
    isOpen = false;
    form = undefined;
    return saveInto(this, own);
  },
  oneditcancel() {
    isOpen = false;
    form = undefined;
  },
});

/** The actions to choose from by what they are about, and the form of the one that is chosen. */
function showForm({ actions }: Catalogue, action: string, values: FormValues, translate: Translate): void {
  const shown = new SchemaForm($('#wharf-input'), translate);
  form = shown;
  const choice = $('#wharf-action').empty();
  choice.append($('<option value="">').text(translate('wharf-action.byMessage')));
  for (const { name, title } of actions) {
    const [resource = ''] = name.split('.');
    const known = choice.children(`optgroup[label="${resource}"]`);
    const group = known.length > 0 ? known : $('<optgroup>').attr('label', resource).appendTo(choice);
    group.append($('<option>').val(name).text(`${title} (${name})`));
  }
  choice.val(action);
  let last = choice.val();
  const show = () => {
    const chosen = actions.find(({ name }) => name === choice.val());
    $('#wharf-action-about').text(chosen?.description ?? translate('wharf-action.byMessageAbout'));
    shown.show(chosen?.fields ?? [], choice.val() === last ? values : shown.values);
    last = choice.val();
  };
  choice.on('change', show);
  show();
}
