import type { EventOf } from '@wharf/core';
import type { NodeMessage } from 'node-red';

/**
 * The Node-RED message of a WhatsApp message, made so that the same object wired to a send node is an answer.
 *
 * `payload` is the text of a text, and the content of everything else; `topic` is the chat.
 */
export function toNodeMessage(event: EventOf<'message'>): NodeMessage {
  const message = event.payload;
  const { content } = message;
  return {
    payload: content.kind === 'text' ? content.text : content,
    topic: message.chat,
    whatsapp: { device: event.deviceId, chat: message.chat, message, eventId: event.id },
  };
}

/** The message at one output of several. */
export function atOutput(output: number, message: NodeMessage): NodeMessage | (NodeMessage | null)[] {
  return output === 0 ? message : [...new Array<null>(output).fill(null), message];
}
