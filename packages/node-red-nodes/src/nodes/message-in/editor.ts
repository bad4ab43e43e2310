import type { EditorNodeProperties, EditorRED } from 'node-red';
import { showDefaults } from '../../shared/show-defaults.js';

declare const RED: EditorRED;

interface MessageInProperties extends EditorNodeProperties {
  device: string;
  chats: 'both' | 'direct' | 'group';
  kinds: 'all' | 'text';
  includeOwn: boolean;
  chat: string;
  version: number;
}

RED.nodes.registerType<MessageInProperties>('wharf-message-in', {
  category: 'WhatsApp device',
  color: '#C3DEC3',
  icon: 'wharf-message-in.svg',
  defaults: {
    name: { value: '' },
    device: { value: '', type: 'wharf-device', required: true },
    chats: { value: 'both' },
    kinds: { value: 'all' },
    includeOwn: { value: false },
    chat: { value: '', validate: (chat) => !chat || /^\$\{\S+\}$|@|^[+\d][\d\s().\-/]{6,}$/.test(chat) },
    version: { value: 1 },
  },
  inputs: 0,
  outputs: 1,
  paletteLabel: 'message in',
  label() {
    return this.name || this._('wharf-message-in.name');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    showDefaults(this, { chats: 'both', kinds: 'all' });
  },
});
