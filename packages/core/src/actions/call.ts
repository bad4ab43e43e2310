import { z } from 'zod';
import { defineAction, done } from './action.js';
import { personField } from './fields.js';

export const callActions = [
  defineAction({
    name: 'call.reject',
    title: 'Reject a call',
    description: 'Declines a call that rings, on all devices of the account.',
    needs: 'connected',
    input: {
      callId: z.string().min(1).max(128),
      caller: personField,
    },
    output: done,
    async run({ queries }, { callId, caller }) {
      await queries.calls.reject(callId, caller);
      return {};
    },
  }),
];
