import type { EditorNodeProperties, EditorRED } from 'node-red';
import { AddressList } from '../../shared/editor/address-list.js';
import { catalogue } from '../../shared/editor/catalogue.js';
import { saveInto } from '../../shared/editor/changed.js';
import { CheckList } from '../../shared/editor/check-list.js';
import { showDefaults } from '../../shared/editor/show-defaults.js';
import {
  type MessageInSettings,
  messageInDefaults,
  messageInVersion,
  outputsOf,
  upgradeMessageIn,
} from './settings.js';

declare const RED: EditorRED;

interface MessageInProperties extends EditorNodeProperties, MessageInSettings {
  device: string;
  outputs: number;
  version: number;
}

/** The parts of the dialog that is open. */
let open: { kinds: CheckList; onlyChats: AddressList; allowed: AddressList } | undefined;

/** What is saved, as this version understands it. The editor has `undefined` for what an older flow does not have. */
function settingsOf(node: MessageInProperties): MessageInSettings {
  const saved = Object.entries({ ...node }).filter(([, value]) => value !== undefined);
  return { ...messageInDefaults, ...upgradeMessageIn(Object.fromEntries(saved), node.version ?? 1) };
}

RED.nodes.registerType<MessageInProperties>('wharf-message-in', {
  category: 'WhatsApp device',
  color: '#C3DEC3',
  icon: 'wharf-message-in.svg',
  defaults: {
    name: { value: '' },
    device: { value: '', type: 'wharf-device', required: true },
    chats: { value: 'both' },
    onlyChats: { value: [] },
    kinds: { value: [] },
    splitKinds: { value: false },
    includeOwn: { value: false },
    text: { value: '' },
    textIs: { value: 'contained' },
    allowed: { value: [] },
    outputs: { value: 1 },
    version: { value: 2 },
  },
  inputs: 0,
  outputs: 1,
  outputLabels(index) {
    const { kinds, splitKinds, allowed } = settingsOf(this);
    const isLast = allowed.length > 0 && index === outputsOf(settingsOf(this)) - 1;
    if (isLast) return this._('wharf-message-in.output.others');
    return (splitKinds ? kinds[index] : undefined) ?? this._('wharf-message-in.output.message');
  },
  paletteLabel: 'message in',
  label() {
    return this.name || this._('wharf-message-in.name');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    showDefaults(this, { chats: 'both', textIs: 'contained' });
    const settings = settingsOf(this);
    const translate = (key: string) => this._(key);
    const dialog = {
      kinds: new CheckList('#wharf-kinds', [], settings.kinds),
      onlyChats: new AddressList('#wharf-only-chats', settings.onlyChats, translate),
      allowed: new AddressList('#wharf-allowed', settings.allowed, translate),
    };
    open = dialog;
    void catalogue().then(({ kinds }) => {
      if (open === dialog) dialog.kinds = new CheckList('#wharf-kinds', kinds, dialog.kinds.checked);
    });
  },
  oneditsave() {
    if (!open) return false;
    const kinds = open.kinds.checked;
    const splitKinds = $('#node-input-splitKinds').is(':checked');
    const lists = { kinds, onlyChats: open.onlyChats.addresses, allowed: open.allowed.addresses };
    open = undefined;
    const outputs = outputsOf({ ...messageInDefaults, ...lists, splitKinds });
    return saveInto(this, { ...lists, outputs, version: messageInVersion });
  },
  oneditcancel() {
    open = undefined;
  },
});
