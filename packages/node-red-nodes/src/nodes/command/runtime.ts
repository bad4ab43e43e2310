import { type EventOf, type Message, textOf } from '@wharf/core';
import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import type { NodeType } from '../../shared/define-node.js';
import { deliver } from '../../shared/deliver.js';
import { consume } from '../../shared/events.js';
import { asObject } from '../../shared/object.js';
import { Waiting } from '../../shared/waiting.js';
import { useDevice } from '../device/slot.js';
import { toNodeMessage } from '../message-in/message.js';
import { type Command, makeMatcher } from './match.js';
import { commandDefaults as defaults } from './settings.js';

const config = z.object({
  device: z.string().default(''),
  how: z.enum(['word', 'regex']).default(defaults.how),
  prefix: z.string().default(defaults.prefix),
  pattern: z.string().default(defaults.pattern),
  chats: z.enum(['both', 'direct', 'group']).default(defaults.chats),
  allowed: z.array(z.string()).default(defaults.allowed),
  hasAnswer: z.boolean().default(defaults.hasAnswer),
  timeout: z.coerce.number().positive().default(defaults.timeout),
});

/** Sends a message for every command that somebody gives, and on request for what they say next. */
export function commandNode(connection: Connection): NodeType<z.infer<typeof config>> {
  return {
    type: 'wharf-command',
    version: 1,
    config,
    setUp(life, settings) {
      const device = useDevice(life, settings.device);
      const commandIn = makeMatcher(life.RED, settings);
      const asked = new Waiting<Command>(life, connection, async () => undefined);

      const take = async (event: EventOf<'message'>): Promise<void> => {
        const message = event.payload;
        const who = conversation(message);
        const command = commandIn(message);
        if (command) {
          if (settings.hasAnswer) asked.put(who, command, Date.now() + settings.timeout * 1000);
          await deliver(life, { ...commandMessage(event, command), payload: command.text });
          return;
        }
        const pending = message.isFromMe ? undefined : asked.get(who);
        if (!pending || !textOf(message.content)) return;
        await deliver(life, [null, commandMessage(event, pending)]);
        asked.delete(who);
      };

      life.background(async () => {
        const host = await device.host();
        await life.started;
        const { deviceId } = device;
        consume(life, host, { deviceId, types: ['message', 'events.missed'] }, async (event) => {
          if (event.type === 'message') await take(event);
        });
      });
    },
  };
}

function commandMessage(event: EventOf<'message'>, command: Command) {
  const message = toNodeMessage(event);
  return { ...message, whatsapp: { ...asObject('whatsapp' in message ? message.whatsapp : {}), command } };
}

/** One person in one chat. */
const conversation = ({ chat, sender }: Message): string => `${chat} ${sender.jid}`;
