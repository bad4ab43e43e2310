import { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import type { ScopedStore } from '../store/store.js';
import { type Label, label, labelUse } from '../types/app-state.js';
import { type ConnectedContext, defineAction, done } from './action.js';
import { chatField, messageIdField } from './fields.js';
import { known } from './people.js';

const labelId = z.string().min(1).max(64);
const name = z.string().trim().min(1).max(100);
const color = z
  .number()
  .int()
  .min(0)
  .max(19)
  .meta({ description: 'The number of a colour of WhatsApp, from 0 to 19.' });
const target = {
  labelId,
  chat: chatField,
  messageId: messageIdField
    .optional()
    .meta({ description: 'One message of the chat; without it, the chat.' }),
};
type Target = z.output<z.ZodObject<typeof target>>;

export const labelActions = [
  defineAction({
    name: 'label.list',
    title: 'List labels',
    description:
      'Lists the labels of a business account and what they are on, as far as the phone has shared them.',
    needs: 'device',
    input: {},
    output: z.array(label.extend({ uses: z.array(labelUse.omit({ labelId: true })) })),
    async run({ stored }) {
      const uses = stored?.appState.getLabelUses() ?? [];
      return (stored?.appState.getLabels() ?? []).map((one) => ({
        ...one,
        uses: uses.filter(({ labelId }) => labelId === one.id).map(({ labelId: _, ...use }) => use),
      }));
    },
  }),
  defineAction({
    name: 'label.create',
    title: 'Create a label',
    description: 'Makes a label that chats and messages can be sorted with. For business accounts.',
    needs: 'connected',
    errors: ['APP_STATE_KEY_MISSING'],
    input: { name, color: color.default(0) },
    output: label,
    async run({ stored, queries }, look) {
      const numbers = stored.appState.getLabels().map(({ id }) => Number(id) || 0);
      const created = { id: String(Math.max(0, ...numbers) + 1), ...look };
      await queries.labels.put(created.id, look);
      stored.appState.putLabel(created);
      return created;
    },
  }),
  defineAction({
    name: 'label.edit',
    title: 'Edit a label',
    description: 'Gives a label another name or colour; what is left out stays.',
    needs: 'connected',
    errors: ['LABEL_NOT_FOUND', 'APP_STATE_KEY_MISSING'],
    input: { labelId, name: name.optional(), color: color.optional() },
    output: label,
    async run({ stored, queries }, { labelId, name, color }) {
      const before = find(stored, labelId);
      const look = { name: name ?? before.name, color: color ?? before.color };
      await queries.labels.put(labelId, look);
      stored.appState.putLabel({ id: labelId, ...look });
      return { id: labelId, ...look };
    },
  }),
  defineAction({
    name: 'label.delete',
    title: 'Delete a label',
    description: 'Deletes a label, and takes it from everything it is on.',
    needs: 'connected',
    errors: ['LABEL_NOT_FOUND', 'APP_STATE_KEY_MISSING'],
    input: { labelId },
    output: done,
    async run({ stored, queries }, { labelId }) {
      find(stored, labelId);
      await queries.labels.put(labelId, undefined);
      stored.appState.deleteLabel(labelId);
      return {};
    },
  }),
  defineAction({
    name: 'label.assign',
    title: 'Assign a label',
    description: 'Puts a label on a chat or on one of its messages, on all devices of the account.',
    needs: 'connected',
    errors: ['LABEL_NOT_FOUND', 'APP_STATE_KEY_MISSING'],
    input: target,
    output: done,
    run: (context, input) => assign(context, input, true),
  }),
  defineAction({
    name: 'label.unassign',
    title: 'Take a label away',
    description: 'Takes a label from a chat or from one of its messages, on all devices of the account.',
    needs: 'connected',
    errors: ['LABEL_NOT_FOUND', 'APP_STATE_KEY_MISSING'],
    input: target,
    output: done,
    run: (context, input) => assign(context, input, false),
  }),
];

/** @throws WharfError LABEL_NOT_FOUND */
function find({ appState }: ScopedStore, labelId: string): Label {
  const found = appState.getLabels().find(({ id }) => id === labelId);
  if (!found) throw new WharfError('LABEL_NOT_FOUND');
  return found;
}

async function assign({ stored, queries }: ConnectedContext, input: Target, isOn: boolean) {
  const { labelId, messageId } = input;
  find(stored, labelId);
  const chat = known(stored, input.chat);
  await queries.labels.assign(labelId, chat, messageId, isOn);
  stored.appState.putLabelUse({ labelId, chat, ...(messageId === undefined ? {} : { messageId }) }, isOn);
  return {};
}
