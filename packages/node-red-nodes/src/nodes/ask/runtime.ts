import { type EventOf, WharfError } from '@wharf/core';
import type { NodeMessage, NodeMessageInFlow } from 'node-red';
import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import type { NodeLife, NodeType } from '../../shared/define-node.js';
import { deliver } from '../../shared/deliver.js';
import { consume } from '../../shared/events.js';
import { splitList } from '../../shared/form.js';
import { asObject } from '../../shared/object.js';
import { asText, choose, chooseRecipient } from '../../shared/precedence.js';
import { sequence } from '../../shared/sequence.js';
import { valueType } from '../../shared/value.js';
import { Waiting } from '../../shared/waiting.js';
import { findDevice, useDevice } from '../device/slot.js';
import { settle } from '../send/runtime.js';
import { answerTo, type Question } from './answer.js';
import { askDefaults as defaults } from './settings.js';

const config = z.object({
  device: z.string().default(''),
  to: z.string().default(defaults.to),
  toType: valueType.default('str'),
  question: z.string().default(defaults.question),
  questionType: valueType.default('msg'),
  how: z.enum(['text', 'poll']).default(defaults.how),
  options: z.string().default(defaults.options),
  optionsType: valueType.default('str'),
  isMultiple: z.boolean().default(defaults.isMultiple),
  timeout: z.coerce.number().positive().default(defaults.timeout),
});
type Config = z.infer<typeof config>;

/** How long WhatsApp is waited for to have the question. */
const sendTimeoutMs = 30_000;

/** Sends a question, and sends the message on when there is an answer, or at the second output when the time is up. */
export function askNode(connection: Connection): NodeType<Config> {
  return {
    type: 'wharf-ask',
    version: 1,
    config,
    setUp(life, settings) {
      const device = useDevice(life, settings.device);
      const inOrder = sequence();
      const questions = new Waiting<Question>(life, connection, ({ message }) =>
        deliver(life, [null, message as NodeMessage]),
      );

      life.onInput(async (message) => {
        const { host, deviceId, item } = await inOrder(async () => {
          const { host, deviceId } = await findDevice(life, connection, device, message);
          const to = await chooseRecipient(life, message, { value: settings.to, type: settings.toType });
          const content = await chooseQuestion(life, settings, message);
          const item = await host.send(deviceId, { to, content });
          const timeout = z.coerce
            .number()
            .parse((await choose(life, message, 'timeout')) ?? settings.timeout);
          const { messageId, chat } = item;
          const question = { deviceId, messageId, chat, how: settings.how, from: senderOf(message), message };
          questions.put(messageId, question, Date.now() + timeout * 1000);
          return { host, deviceId, item };
        });
        try {
          await settle(host, deviceId, item, { until: 'sent', timeoutMs: sendTimeoutMs });
        } catch (error) {
          questions.delete(item.messageId);
          throw error;
        }
        return undefined;
      });

      life.background(async () => {
        const host = await device.host();
        await life.started;
        const { deviceId } = device;
        consume(life, host, { deviceId, types: ['message', 'events.missed'] }, async (event) => {
          if (event.type !== 'message' || questions.size === 0) return;
          for (const question of questions.values) {
            const answer = answerTo(question, event.payload);
            if (answer === undefined) continue;
            await deliver(life, answered(question, event, answer));
            questions.delete(question.messageId);
            return;
          }
        });
      });
    },
  };
}

async function chooseQuestion(life: NodeLife, settings: Config, message: NodeMessageInFlow) {
  const { question, questionType, how, options, optionsType, isMultiple } = settings;
  const text = asText(
    (await choose(life, message, 'question', { value: question, type: questionType })) ?? message.payload,
  );
  if (!text) throw new WharfError('MESSAGE_INVALID', { details: { type: typeof message.payload } });
  if (how === 'text') return { kind: 'text' as const, text };
  const offered = await choose(life, message, 'options', { value: options, type: optionsType });
  const list =
    typeof offered === 'string' ? splitList(offered) : z.array(z.string()).catch([]).parse(offered);
  return { kind: 'poll' as const, name: text, options: list, selectableCount: isMultiple ? 0 : 1 };
}

/** Whoever has written what the question is about. */
const asker = z.object({ message: z.object({ sender: z.object({ jid: z.string() }) }) });

function senderOf({ whatsapp }: NodeMessageInFlow & { whatsapp?: unknown }): string | undefined {
  return asker.safeParse(whatsapp).data?.message.sender.jid;
}

/** The message of the flow with the answer, made so that wired to a send node it answers that. */
function answered(
  { message, messageId }: Question,
  event: EventOf<'message'>,
  answer: string | string[],
): NodeMessage {
  const { payload, deviceId, id } = event;
  const whatsapp = 'whatsapp' in message ? asObject(message.whatsapp) : {};
  return {
    ...message,
    payload: answer,
    topic: payload.chat,
    whatsapp: {
      ...whatsapp,
      device: deviceId,
      chat: payload.chat,
      message: payload,
      question: messageId,
      eventId: id,
    },
  } as NodeMessage;
}
