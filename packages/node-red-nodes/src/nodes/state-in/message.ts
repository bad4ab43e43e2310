import type { DeviceInfo, DeviceState, EventOf, WharfEvent } from '@wharf/core';
import type { NodeMessage } from 'node-red';

/** The reason of a state, for the states that have one. */
export function reasonOf(state: DeviceState): string | undefined {
  return 'reason' in state ? state.reason : undefined;
}

/** The Node-RED message of a state change: `payload` is the name of the new state. */
export function toStateMessage(event: EventOf<'device.state'>): NodeMessage {
  const { state, previous } = event.payload;
  return {
    payload: state.name,
    whatsapp: {
      event: event.type,
      device: event.deviceId,
      reason: reasonOf(state),
      state,
      previous,
      at: event.at,
      eventId: event.id,
    },
  };
}

/** The Node-RED message of any other event: `payload` is what there is to tell. */
export function toEventMessage({ type, deviceId, at, id, payload }: WharfEvent): NodeMessage {
  const chat = 'chat' in payload && typeof payload.chat === 'string' ? { chat: payload.chat } : {};
  return { payload, whatsapp: { event: type, device: deviceId, ...chat, at, eventId: id } };
}

/** The Node-RED message that tells the present state at the start of a flow; nothing has changed, so no `previous`. */
export function toPresentStateMessage({ id, state }: DeviceInfo, at: number): NodeMessage {
  return {
    payload: state.name,
    whatsapp: { event: 'device.state', device: id, reason: reasonOf(state), state, at, isPresent: true },
  };
}
