import { z } from 'zod';
import type { SharedSettings } from '../appstate/phone-settings.js';
import { historyTransports } from '../history/send-history.js';
import type { Simulator } from '../simulator.js';
import { trafficOptions } from '../traffic/volume.js';
import { done, refusals } from './answers.js';
import { defined } from './defined.js';
import type { ControlApp } from './openapi.js';
import { address } from './parameters.js';

const noAccount = refusals({ 404: 'ACCOUNT_NOT_FOUND' });

const chatView = z.object({
  chat: z.string(),
  isPinned: z.boolean(),
  isArchived: z.boolean(),
  isMarkedUnread: z.boolean(),
  mutedUntil: z.number().optional(),
  labels: z.array(z.string()),
});
const savedContact = z.object({ jid: z.string(), fullName: z.string(), firstName: z.string().optional() });
const label = z.object({ id: z.string(), name: z.string(), color: z.number() });
const settingsView = z
  .object({
    chats: z.array(chatView),
    contacts: z.array(savedContact),
    labels: z.array(label),
    starred: z.array(z.string()),
    labelledMessages: z.array(z.object({ id: z.string(), label: z.string() })),
  })
  .describe('What the phone shares with its linked devices.') as unknown as z.ZodType<
  SharedSettings,
  SharedSettings
>;

const text = z.string().min(1).max(120);
const changeBody = z.discriminatedUnion('change', [
  z.object({ change: z.literal('pin'), chat: text, isOn: z.boolean() }),
  z.object({ change: z.literal('archive'), chat: text, isOn: z.boolean() }),
  z.object({ change: z.literal('read'), chat: text, isOn: z.boolean() }),
  z.object({ change: z.literal('mute'), chat: text, until: z.number().int().min(-1).nullable() }),
  z.object({ change: z.literal('star'), message: text, isOn: z.boolean() }),
  z.object({ change: z.literal('deleteForMe'), message: text }),
  z.object({ change: z.literal('saveContact'), person: text, fullName: text, firstName: text.optional() }),
  z.object({ change: z.literal('removeContact'), person: text }),
  z.object({ change: z.literal('saveLabel'), id: text, name: text, color: z.number().int().min(0).max(19) }),
  z.object({ change: z.literal('labelChat'), chat: text, label: text, isOn: z.boolean() }),
  z.object({ change: z.literal('pushName'), name: text }),
]);

const syncBody = z.object({
  history: z.enum(historyTransports).optional(),
  appStateSnapshots: z.boolean().optional(),
});
const trafficView = z
  .object({ messages: z.number(), confirmed: z.number(), ms: z.number() })
  .describe('How many texts there were, how many a device confirmed, and how long it took.');

/** What a phone shares with its linked devices, how new devices get it, and traffic. */
export function addSettingsRoutes(app: ControlApp, simulator: Simulator): void {
  app.get(
    '/phones/:address/settings',
    {
      schema: {
        summary: 'Pins, mutes, stars, labels, contacts',
        params: address,
        response: { 200: settingsView, ...noAccount },
      },
    },
    async ({ params }) => simulator.phone(params.address).settings.get(),
  );
  app.post(
    '/phones/:address/settings',
    {
      schema: {
        summary: 'Change one of them on the phone; the linked devices are told',
        params: address,
        body: changeBody,
        response: { 200: settingsView, ...refusals({ 404: 'ACCOUNT_NOT_FOUND MESSAGE_NOT_FOUND' }) },
      },
    },
    async ({ params, body }) => {
      change(simulator, params.address, body);
      return simulator.phone(params.address).settings.get();
    },
  );
  app.put(
    '/sync',
    {
      schema: { summary: 'How new devices get history and app state', body: syncBody, response: { ...done } },
    },
    async ({ body }, reply) => {
      simulator.configureSync(defined(body));
      return reply.code(204).send();
    },
  );
  app.post(
    '/traffic',
    {
      schema: {
        summary:
          'Let many people write to an account at once, or in groups with it; answers when its devices have confirmed all',
        body: trafficOptions,
        response: { 200: trafficView, ...refusals({ 404: 'ACCOUNT_NOT_FOUND', 409: 'NO_DEVICE' }) },
      },
    },
    async ({ body }) => (await simulator.prepareTraffic(body)).run(),
  );
}

function change(simulator: Simulator, address: string, body: z.infer<typeof changeBody>): void {
  const { settings } = simulator.phone(address);
  switch (body.change) {
    case 'pin':
      return settings.pin(body.chat, body.isOn);
    case 'archive':
      return settings.archive(body.chat, body.isOn);
    case 'read':
      return settings.markRead(body.chat, body.isOn);
    case 'mute':
      return settings.mute(body.chat, body.until ?? undefined);
    case 'star':
      return settings.star(body.message, body.isOn);
    case 'deleteForMe':
      return settings.deleteForMe(body.message);
    case 'saveContact': {
      const { person, fullName, firstName } = body;
      return settings.saveContact(person, { fullName, ...(firstName ? { firstName } : {}) });
    }
    case 'removeContact':
      return settings.saveContact(body.person);
    case 'saveLabel':
      return settings.saveLabel(body);
    case 'labelChat':
      return settings.labelChat(body.chat, body.label, body.isOn);
    case 'pushName':
      return settings.setPushName(body.name);
  }
}
