import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { contentSchema } from '../messages/content.js';
import type { Simulator } from '../simulator.js';
import { address } from './parameters.js';

const faults = z.object({
  undecryptable: z.enum(['once', 'always']).optional(),
  duplicated: z.boolean().optional(),
  overtaken: z.boolean().optional(),
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

/** Messages over the control API: write and read them, the same for phones and contacts. */
export function addMessageRoutes(app: FastifyInstance, simulator: Simulator): void {
  for (const [people, send, messages] of [
    ['/phones', simulator.sendFromPhone, simulator.phoneMessages],
    ['/contacts', sendFromContact, contactMessages],
  ] as const) {
    app.get(`${people}/:address/messages`, async (request) =>
      messages.call(simulator, address.parse(request.params).address),
    );
    app.post(`${people}/:address/messages`, async (request, reply) => {
      const { to, text, content, faults } = messageBody.parse(request.body);
      const from = address.parse(request.params).address;
      const what = content ?? { kind: 'text' as const, text: text ?? '' };
      return reply.code(201).send(await send.call(simulator, from, to, what, faults));
    });
  }
  app.post('/contacts/:address/read', async (request, reply) => {
    const { chat, id } = readBody.parse(request.body);
    simulator.contact(address.parse(request.params).address).read(chat, id);
    return reply.code(204).send();
  });
  app.post('/contacts/:address/play', async (request, reply) => {
    const { chat, id } = playBody.parse(request.body);
    simulator.contact(address.parse(request.params).address).play(chat, id);
    return reply.code(204).send();
  });
}

function sendFromContact(
  this: Simulator,
  from: string,
  ...message: Parameters<ReturnType<Simulator['contact']>['send']>
) {
  return this.contact(from).send(...message);
}

function contactMessages(this: Simulator, of: string) {
  return this.contact(of).messages;
}
