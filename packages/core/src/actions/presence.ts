import { z } from 'zod';
import { defineAction, done } from './action.js';
import { personField } from './fields.js';

export const presenceActions = [
  defineAction({
    name: 'presence.set',
    title: 'Go online or away',
    description:
      'Shows the account as online, or no longer. While a device is online the phone does not ring for new messages.',
    needs: 'connected',
    input: { state: z.enum(['available', 'unavailable']) },
    output: done,
    async run({ queries }, { state }) {
      await queries.presence.set(state);
      return {};
    },
  }),
  defineAction({
    name: 'presence.subscribe',
    title: 'Watch the presence of somebody',
    description:
      'Asks WhatsApp to tell when a person comes and goes, for as long as the connection lasts. It tells only a device that is online itself.',
    needs: 'connected',
    input: { contact: personField },
    output: done,
    async run({ queries }, { contact }) {
      await queries.presence.subscribe(contact);
      return {};
    },
  }),
];
