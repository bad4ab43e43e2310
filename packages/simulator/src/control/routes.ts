import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Contact } from '../accounts/contact.js';
import type { Simulator } from '../simulator.js';
import { addFaultRoutes } from './fault-routes.js';
import { addGroupRoutes } from './group-routes.js';
import { addLinkingRoutes } from './linking-routes.js';
import { addMediaRoutes } from './media-routes.js';
import { addMessageRoutes } from './message-routes.js';
import { address, name, phone } from './parameters.js';

const scanBody = z.object({ qr: z.string().min(1), phone: phone.optional(), name: name.optional() });
const contactBody = z.object({ phone, name, autoRead: z.boolean().optional() });
const closeBody = z.object({ code: z.union([z.number().int().min(400).max(599), z.literal('reset')]) });
const deviceParameters = address.extend({ id: z.coerce.number().int() });

/** The JSON control API; an `:address` is a phone number, a PN JID or a LID JID. */
export function addRoutes(app: FastifyInstance, simulator: Simulator): void {
  addMediaRoutes(app, simulator);
  addLinkingRoutes(app, simulator);
  addFaultRoutes(app, simulator);
  addMessageRoutes(app, simulator);
  addGroupRoutes(app, simulator);
  app.get('/accounts', async () => simulator.accounts());
  app.get('/statistics', async () => simulator.statistics());
  app.get('/endpoint', async () => simulator.endpoint);

  app.post('/phones/scan', async (request) => {
    const { qr, ...options } = scanBody.parse(request.body);
    return simulator.scan(qr, withoutUndefined(options));
  });
  app.get('/phones/:address', async (request) => simulator.account(address.parse(request.params).address));
  app.delete('/phones/:address/devices/:id', async (request, reply) => {
    const parameters = deviceParameters.parse(request.params);
    simulator.unlink(parameters.address, parameters.id);
    return reply.code(204).send();
  });

  app.get('/contacts', async () => simulator.contacts().map(viewContact));
  app.post('/contacts', async (request, reply) => {
    const contact = simulator.addContact(withoutUndefined(contactBody.parse(request.body)));
    return reply.code(201).send(viewContact(contact));
  });

  app.post('/connections/:address/close', async (request) => {
    const { code } = closeBody.parse(request.body);
    return { closed: simulator.closeConnection(address.parse(request.params).address, code) };
  });
}

function viewContact({ phone, name, jid, lid }: Contact) {
  return { phone, name, jid, lid };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Optional fields of a body may be there and undefined; the library's options may only be absent. */
function withoutUndefined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
