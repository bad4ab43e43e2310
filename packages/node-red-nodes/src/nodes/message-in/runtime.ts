import { z } from 'zod';
import type { NodeType } from '../../shared/define-node.js';
import { deliver } from '../../shared/deliver.js';
import { consume } from '../../shared/events.js';
import { useDevice } from '../device/slot.js';
import { makeFilter } from './filter.js';
import { atOutput, toNodeMessage } from './message.js';
import { messageInDefaults as defaults, messageInVersion, upgradeMessageIn } from './settings.js';

const config = z.object({
  device: z.string().default(''),
  chats: z.enum(['both', 'direct', 'group']).default(defaults.chats),
  onlyChats: z.array(z.string()).default(defaults.onlyChats),
  kinds: z.array(z.string()).default(defaults.kinds),
  splitKinds: z.boolean().default(defaults.splitKinds),
  includeOwn: z.boolean().default(defaults.includeOwn),
  text: z.string().default(defaults.text),
  textIs: z.enum(['contained', 'regex']).default(defaults.textIs),
  allowed: z.array(z.string()).default(defaults.allowed),
});

/** Sends a message for every WhatsApp message received, also for those that came while Node-RED was not running. */
export const messageInNode: NodeType<z.infer<typeof config>> = {
  type: 'wharf-message-in',
  version: messageInVersion,
  config,
  upgrade: upgradeMessageIn,
  setUp(life, settings) {
    const device = useDevice(life, settings.device);
    const outputOf = makeFilter(life.RED, settings);
    life.background(async () => {
      const host = await device.host();
      await life.started;
      const { deviceId } = device;
      consume(life, host, { deviceId, types: ['message', 'events.missed'] }, async (event) => {
        if (event.type !== 'message') return;
        const output = outputOf(event.payload);
        if (output !== undefined) await deliver(life, atOutput(output, toNodeMessage(event)));
      });
    });
  },
};
