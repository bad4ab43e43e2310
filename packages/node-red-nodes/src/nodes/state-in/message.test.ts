import { expect, it } from 'vitest';
import { toPresentStateMessage, toStateMessage } from './message.js';

it('A state message has the name of the state, its reason, and the state before', () => {
  const state = { name: 'logged_out', reason: 'unlinked_from_phone' };
  const previous = { name: 'connected', isSyncing: false };
  const event = {
    seq: 1,
    id: 'e1',
    type: 'device.state',
    deviceId: 'phone',
    at: 2,
    payload: { state, previous },
  };
  expect(toStateMessage(event as never)).toEqual({
    payload: 'logged_out',
    whatsapp: {
      event: 'device.state',
      device: 'phone',
      reason: 'unlinked_from_phone',
      state,
      previous,
      at: 2,
      eventId: 'e1',
    },
  });
});

it('A present state says that nothing has changed', () => {
  const state = { name: 'connected', isSyncing: false };
  expect(toPresentStateMessage({ id: 'phone', state } as never, 3)).toEqual({
    payload: 'connected',
    whatsapp: { event: 'device.state', device: 'phone', state, at: 3, isPresent: true },
  });
});
