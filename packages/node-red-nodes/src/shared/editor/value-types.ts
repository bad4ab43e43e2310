import type { EditorRED, EditorWidgetTypedInputTypeDefinition } from 'node-red';
import type { ChatAnswer } from '../../nodes/device/admin-answers.js';
import { defaultDeviceId } from '../../nodes/device/default-device-id.js';
import type { FormField } from '../form-field.js';
import { isRefusal, request } from './request.js';
import type { Translate } from './texts.js';

declare const RED: EditorRED;

type Type = string | EditorWidgetTypedInputTypeDefinition;

const fromFlow = ['msg', 'flow', 'global', 'env', 'jsonata'];

/** What a text may be given as. */
export const textTypes: Type[] = ['str', ...fromFlow];

/** A chat by its name: the picker of every address field. It asks the device that the dialog names. */
export function chatType(translate: Translate): EditorWidgetTypedInputTypeDefinition {
  return {
    value: 'chat',
    label: translate('common.chat'),
    icon: 'fa fa-address-book-o',
    autoComplete: (value: string, done: (found: object[]) => void) => {
      void findChats(value).then((chats) =>
        done(chats.map(({ jid, name }) => ({ value: jid, label: labelOf(jid, name) }))),
      );
    },
  } as EditorWidgetTypedInputTypeDefinition;
}

/** What an address may be given as: picked by name, or written down. */
export const addressTypes = (translate: Translate): Type[] => ['str', chatType(translate), ...fromFlow];

/** What a field of a form may be given as. */
export function typesOf({ type, role, options }: FormField, translate: Translate): Type[] {
  if (role === 'chat') return addressTypes(translate);
  if (role === 'media') return ['str', 'msg', 'bin', 'json', 'flow', 'global', 'env', 'jsonata'];
  switch (type) {
    case 'number':
      return ['num', ...fromFlow];
    case 'boolean':
      return [choice(['true', 'false'], translate), ...fromFlow];
    case 'choice':
      return [choice(options ?? [], translate), ...fromFlow];
    case 'list':
      return ['str', 'json', ...fromFlow];
    case 'json':
      return ['json', 'str', ...fromFlow];
    case 'text':
      return textTypes;
  }
}

function choice(options: string[], translate: Translate): EditorWidgetTypedInputTypeDefinition {
  const none = { value: '', label: translate('common.notSet') };
  return {
    value: 'choice',
    label: translate('common.choice'),
    icon: 'fa fa-list',
    options: [none, ...options.map((option) => ({ value: option, label: option }))],
  } as EditorWidgetTypedInputTypeDefinition;
}

/** The name of a chat, and its address drawn as text: names come from strangers. */
function labelOf(jid: string, name: string): HTMLElement {
  const label = $('<span>').text(name);
  if (name !== jid) $('<small>').css({ opacity: 0.7, marginLeft: '8px' }).text(jid).appendTo(label);
  return label[0] as HTMLElement;
}

async function findChats(search: string): Promise<ChatAnswer[]> {
  const deviceId = chosenDeviceId();
  if (!deviceId) return [];
  const path = `wharf-device/${encodeURIComponent(deviceId)}/chats?search=${encodeURIComponent(search)}`;
  const answer = await request<ChatAnswer[]>('GET', path);
  return isRefusal(answer) ? [] : answer;
}

/** The device ID of the config node that is chosen in the dialog. */
function chosenDeviceId(): string | undefined {
  const id = String($('#node-input-device').val() ?? '');
  const node = id && id !== '_ADD_' ? RED.nodes.node(id) : undefined;
  if (!node) return undefined;
  return ('deviceId' in node && String(node.deviceId)) || defaultDeviceId(id);
}
