import { z } from 'zod';
import type { Contact } from '../accounts/contact.js';
import type { Simulator } from '../simulator.js';
import { accountView, contactView, done, endpointView, linked, refusals, statisticsView } from './answers.js';
import { addAroundRoutes } from './around-routes.js';
import { defined } from './defined.js';
import { addFaultRoutes } from './fault-routes.js';
import { addGroupRoutes } from './group-routes.js';
import { addLinkingRoutes } from './linking-routes.js';
import { addMediaRoutes } from './media-routes.js';
import { addMessageRoutes } from './message-routes.js';
import { addNewsletterRoutes } from './newsletter-routes.js';
import type { ControlApp } from './openapi.js';
import { address, name, phone } from './parameters.js';
import { addSettingsRoutes } from './settings-routes.js';

const scanBody = z.object({ qr: z.string().min(1), phone: phone.optional(), name: name.optional() });
const contactBody = z.object({ phone, name, autoRead: z.boolean().optional() });
const closeBody = z.object({ code: z.union([z.number().int().min(400).max(599), z.literal('reset')]) });
const deviceParameters = address.extend({ id: z.coerce.number().int() });

const noAccount = refusals({ 404: 'ACCOUNT_NOT_FOUND' });

/** The JSON control API; an `:address` is a phone number, a PN JID or a LID JID. */
export function addRoutes(app: ControlApp, simulator: Simulator): void {
  addPhoneRoutes(app, simulator);
  addContactRoutes(app, simulator);
  addLinkingRoutes(app, simulator);
  addMessageRoutes(app, simulator);
  addMediaRoutes(app, simulator);
  addSettingsRoutes(app, simulator);
  addAroundRoutes(app, simulator);
  addGroupRoutes(app, simulator);
  addNewsletterRoutes(app, simulator);
  addFaultRoutes(app, simulator);
  addServerRoutes(app, simulator);
}

function addPhoneRoutes(app: ControlApp, simulator: Simulator): void {
  const scanRefusals = refusals({
    400: 'INVALID_REQUEST QR_INVALID',
    403: 'PASSKEY_REQUIRED',
    404: 'QR_UNKNOWN',
    409: 'QR_USED QR_FOREIGN',
    410: 'QR_EXPIRED',
    502: 'PAIRING_REFUSED',
  });
  app.post(
    '/phones/scan',
    {
      schema: {
        summary: 'Scan the QR code that a client shows, and link it',
        body: scanBody,
        response: { 200: linked, ...scanRefusals },
      },
    },
    async ({ body: { qr, ...account } }) => simulator.scan(qr, defined(account)),
  );
  app.get(
    '/phones/:address',
    {
      schema: {
        summary: 'One account with its linked devices',
        params: address,
        response: { 200: accountView, ...noAccount },
      },
    },
    async ({ params }) => simulator.account(params.address),
  );
  app.delete(
    '/phones/:address/devices/:id',
    {
      schema: {
        summary: 'Unlink a device: it is cut off with 401 and has to pair again',
        params: deviceParameters,
        response: { ...done, ...refusals({ 404: 'ACCOUNT_NOT_FOUND DEVICE_NOT_FOUND' }) },
      },
    },
    async ({ params }, reply) => {
      simulator.unlink(params.address, params.id);
      return reply.code(204).send();
    },
  );
  app.get(
    '/accounts',
    { schema: { summary: 'Every account', response: { 200: z.array(accountView).describe('Accounts.') } } },
    async () => simulator.accounts(),
  );
}

function addContactRoutes(app: ControlApp, simulator: Simulator): void {
  app.get(
    '/contacts',
    { schema: { summary: 'Every contact', response: { 200: z.array(contactView).describe('Contacts.') } } },
    async () => simulator.contacts().map(viewContact),
  );
  app.post(
    '/contacts',
    {
      schema: {
        summary: 'Add a contact, or find the one with that number',
        body: contactBody,
        response: { 201: contactView },
      },
    },
    async ({ body }, reply) => reply.code(201).send(viewContact(simulator.addContact(defined(body)))),
  );
}

function addServerRoutes(app: ControlApp, simulator: Simulator): void {
  app.post(
    '/connections/:address/close',
    {
      schema: {
        summary: 'Break the connections of an account or of one device, so that the client sees a code',
        params: address,
        body: closeBody,
        response: { 200: z.object({ closed: z.number() }).describe('How many there were.'), ...noAccount },
      },
    },
    async ({ params, body }) => ({ closed: simulator.closeConnection(params.address, body.code) }),
  );
  app.get(
    '/statistics',
    { schema: { summary: 'What was counted since the start', response: { 200: statisticsView } } },
    async () => simulator.statistics(),
  );
  app.get(
    '/endpoint',
    { schema: { summary: 'Where clients connect to', response: { 200: endpointView } } },
    async () => simulator.endpoint,
  );
}

function viewContact({ phone, name, jid, lid }: Contact) {
  return { phone, name, jid, lid };
}
