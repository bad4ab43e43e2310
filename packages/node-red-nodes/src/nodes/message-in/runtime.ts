import { parseRecipient } from '@wharf/core';
import { z } from 'zod';
import type { NodeType } from '../../shared/define-node.js';
import { FlowError } from '../../shared/errors.js';
import { consume } from '../../shared/events.js';
import { useDevice } from '../device/slot.js';
import { passes, toNodeMessage } from './message.js';

const config = z.object({
  device: z.string().default(''),
  chats: z.enum(['both', 'direct', 'group']).default('both'),
  kinds: z.enum(['all', 'text']).default('all'),
  includeOwn: z.boolean().default(false),
  chat: z.string().trim().default(''),
});

/** Sends a message for every WhatsApp message received, also for those that came while Node-RED was not running. */
export const messageInNode: NodeType<z.infer<typeof config>> = {
  type: 'wharf-message-in',
  version: 1,
  config,
  setUp(life, filter) {
    const device = useDevice(life, filter.device);
    if (filter.chat && !parseRecipient(filter.chat)) throw new FlowError(life.RED, 'CHAT_FILTER_INVALID');
    life.background(async () => {
      const manager = await device.manager();
      await life.started;
      const { deviceId } = device;
      consume(life, manager, { deviceId, types: ['message', 'events.missed'] }, (event) => {
        if (event.type === 'message' && passes(event.payload, filter)) life.node.send(toNodeMessage(event));
      });
    });
  },
};
