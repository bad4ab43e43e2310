import { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import { about, businessProfile, numberCheck, picture } from '../types/contact.js';
import { parseRecipient, phoneOf } from '../types/ids.js';
import { personSchema } from '../types/person.js';
import { defineAction, done } from './action.js';
import { groupField, personField } from './fields.js';
import { known, namedPerson } from './people.js';

/** A phone number, as digits. */
const phoneField = z
  .string()
  .max(100)
  .transform((text, context): string => {
    const phone = phoneOf(parseRecipient(text));
    if (phone !== undefined) return phone;
    context.addIssue({
      code: 'custom',
      message: 'It is no phone number.',
      params: { code: 'RECIPIENT_INVALID' },
    });
    return z.NEVER;
  })
  .meta({ description: 'A phone number with country code.' });

/** A picture may be of a person or of a group. */
const picturedField = z
  .union([groupField, personField])
  .meta({ description: 'A person, or the JID of a group.' });

export const contactActions = [
  defineAction({
    name: 'contact.list',
    title: 'List contacts',
    description: 'Lists everybody the account has heard from or has in its address book.',
    needs: 'device',
    input: {},
    output: z.array(personSchema),
    run: async ({ stored }) => stored?.contacts.getAll() ?? [],
  }),
  defineAction({
    name: 'contact.get',
    title: 'Get a contact',
    description: 'Tells what is stored of a person: both addresses, the number and the names.',
    needs: 'device',
    errors: ['CONTACT_NOT_FOUND'],
    input: { contact: personField },
    output: personSchema,
    async run({ stored }, { contact }) {
      const found = stored && (stored.contacts.getByLid(contact) ?? stored.contacts.get(contact));
      if (!found) throw new WharfError('CONTACT_NOT_FOUND');
      return found;
    },
  }),
  defineAction({
    name: 'contact.check',
    title: 'Check numbers on WhatsApp',
    description:
      'Asks WhatsApp which of up to 500 phone numbers have an account. A number it says nothing about has isOnWhatsApp null: a lookup that fails is never reported as "not on WhatsApp".',
    needs: 'connected',
    input: { phones: z.array(phoneField).min(1).max(500) },
    output: z.array(numberCheck),
    run: ({ queries }, { phones }) => queries.contacts.check(phones),
  }),
  defineAction({
    name: 'contact.getPicture',
    title: 'Get a profile picture',
    description: 'Tells where the picture of a person or a group is, in full or small.',
    needs: 'connected',
    input: { contact: picturedField, isPreview: z.boolean().default(false) },
    output: picture,
    run: async ({ queries }, { contact, isPreview }) => ({
      url: await queries.contacts.getPicture(contact, isPreview),
    }),
  }),
  defineAction({
    name: 'contact.getAbout',
    title: 'Get the about text',
    description: 'Tells the text that a person shows below the name.',
    needs: 'connected',
    input: { contact: personField },
    output: about,
    run: ({ queries }, { contact }) => queries.contacts.getAbout(contact),
  }),
  defineAction({
    name: 'contact.getBusiness',
    title: 'Get a business profile',
    description: 'Tells what a business says about itself; null for somebody who is no business.',
    needs: 'connected',
    input: { contact: personField },
    output: z.object({ business: businessProfile.nullable() }),
    run: async ({ queries }, { contact }) => ({
      business: (await queries.contacts.getBusiness(contact)) ?? null,
    }),
  }),
  defineAction({
    name: 'contact.block',
    title: 'Block somebody',
    description: 'Blocks a person: their messages and calls no longer arrive.',
    needs: 'connected',
    input: { contact: personField },
    output: done,
    async run({ queries }, { contact }) {
      await queries.contacts.setBlocked(contact, true);
      return {};
    },
  }),
  defineAction({
    name: 'contact.unblock',
    title: 'Unblock somebody',
    description: 'Lets a person in again who was blocked.',
    needs: 'connected',
    input: { contact: personField },
    output: done,
    async run({ queries }, { contact }) {
      await queries.contacts.setBlocked(contact, false);
      return {};
    },
  }),
  defineAction({
    name: 'contact.listBlocked',
    title: 'List who is blocked',
    description: 'Lists the people whom the account has blocked.',
    needs: 'connected',
    input: {},
    output: z.array(personSchema),
    run: async ({ stored, queries }) =>
      (await queries.contacts.getBlocked()).map((person) => namedPerson(stored, person)),
  }),
  defineAction({
    name: 'contact.save',
    title: 'Save a contact',
    description: "Puts a name for a person into the account's address book, on the phone too.",
    needs: 'connected',
    errors: ['APP_STATE_KEY_MISSING'],
    input: {
      contact: personField,
      fullName: z.string().trim().min(1).max(200),
      firstName: z.string().trim().min(1).max(200).optional(),
    },
    output: done,
    async run({ stored, queries }, { contact, fullName, firstName }) {
      const jid = known(stored, contact);
      await queries.contacts.save(jid, { fullName, firstName });
      stored.contacts.put({ ...namedPerson(stored, { jid }), savedName: fullName });
      return {};
    },
  }),
];
