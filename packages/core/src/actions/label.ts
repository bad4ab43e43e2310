import { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import { label, labelUse } from '../types/app-state.js';
import { type ConnectedContext, defineAction, done } from './action.js';
import { chatField, messageIdField } from './fields.js';
import { known } from './people.js';

const target = {
  labelId: z.string().min(1).max(64),
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

async function assign({ stored, queries }: ConnectedContext, input: Target, isOn: boolean) {
  const { labelId, messageId } = input;
  if (!stored.appState.getLabels().some(({ id }) => id === labelId)) throw new WharfError('LABEL_NOT_FOUND');
  const chat = known(stored, input.chat);
  await queries.labels.assign(labelId, chat, messageId, isOn);
  stored.appState.putLabelUse({ labelId, chat, ...(messageId === undefined ? {} : { messageId }) }, isOn);
  return {};
}
