import { z } from 'zod';
import { contentSchema } from '../messages/content.js';
import { unavailableTypes } from '../messages/outbox.js';
import type { Simulator } from '../simulator.js';
import { done, messageId, messages, refusals } from './answers.js';
import type { ControlApp } from './openapi.js';
import { address } from './parameters.js';

const faults = z.object({
  undecryptable: z.enum(['once', 'always', 'unanswered']).optional(),
  duplicated: z.boolean().optional(),
  overtaken: z.boolean().optional(),
  unavailable: z.enum(unavailableTypes).optional(),
});
const messageBody = z
  .object({
    to: z.string().min(1),
    text: z.string().min(1).max(65_536).optional(),
    content: contentSchema.optional(),
    faults: faults.optional(),
  })
  .refine(({ text, content }) => (text === undefined) !== (content === undefined), {
    message:
      'give either a text or a content, such as {"kind":"poll","name":"Lunch?","options":["Yes","No"]}',
  });
const readBody = z.object({ chat: z.string().min(1), id: z.string().optional() });
const playBody = z.object({ chat: z.string().min(1), id: z.string() });

const notFound = refusals({ 404: 'ACCOUNT_NOT_FOUND CONTACT_NOT_FOUND GROUP_NOT_FOUND' });
const sendRefusals = refusals({
  403: 'NOT_IN_GROUP NOT_GROUP_ADMIN',
  404: 'ACCOUNT_NOT_FOUND CONTACT_NOT_FOUND GROUP_NOT_FOUND MESSAGE_NOT_FOUND',
  409: 'NO_SECRET',
});

/** Messages over the control API: write and read them, the same for phones and contacts. */
export function addMessageRoutes(app: ControlApp, simulator: Simulator): void {
  for (const [people, person] of [
    ['/phones', (of: string) => simulator.phone(of)],
    ['/contacts', (of: string) => simulator.contact(of)],
  ] as const) {
    app.get(
      `${people}/:address/messages`,
      {
        schema: {
          summary: 'What the phone shows',
          params: address,
          response: { 200: messages, ...notFound },
        },
      },
      async ({ params }) => person(params.address).messages,
    );
    app.post(
      `${people}/:address/messages`,
      {
        schema: {
          summary: 'Write a text or any other content to a person, a group or the status',
          params: address,
          body: messageBody,
          response: { 201: messageId, ...sendRefusals },
        },
      },
      async ({ params, body: { to, text, content, faults } }, reply) => {
        const what = content ?? { kind: 'text' as const, text: text ?? '' };
        return reply.code(201).send(await person(params.address).send(to, what, faults));
      },
    );
    app.post(
      `${people}/:address/read`,
      {
        schema: {
          summary: 'Read a chat, or one message of it',
          params: address,
          body: readBody,
          response: { ...done, ...notFound },
        },
      },
      async ({ params, body }, reply) => {
        person(params.address).read(body.chat, body.id);
        return reply.code(204).send();
      },
    );
    app.post(
      `${people}/:address/play`,
      {
        schema: {
          summary: 'Listen to a voice message',
          params: address,
          body: playBody,
          response: { ...done, ...notFound },
        },
      },
      async ({ params, body }, reply) => {
        person(params.address).play(body.chat, body.id);
        return reply.code(204).send();
      },
    );
  }
}
