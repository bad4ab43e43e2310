import { z } from 'zod';
import { defineAction, done } from './action.js';
import { recipientField } from './fields.js';

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
      'Asks WhatsApp to tell when a person comes, goes, writes or records, or who does in a group; `presence` events follow, also after a reconnect, as long as the process lives. It tells only a device that is online itself.',
    needs: 'connected',
    input: { contact: recipientField },
    output: done,
    async run({ device, stored, queries }, { contact }) {
      await device.automation.presences.subscribe(contact, queries.presence, stored);
      return {};
    },
  }),
];
