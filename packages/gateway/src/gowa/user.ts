import { WharfError } from '@wharf/core';
import { z } from 'zod';
import { flag, nothing, recipient } from './fields.js';
import { gowaRoute } from './route.js';
import { groupView, newsletterView, viewGroup, viewNewsletter } from './views.js';

const person = z.object({ phone: recipient });

/** Somebody, and the account itself, as GOWA has them. */
export const userRoutes = [
  gowaRoute({
    method: 'GET',
    path: '/user/info',
    summary: 'Tell about somebody',
    input: person,
    results: z.object({
      verified_name: z.string(),
      status: z.string(),
      picture_id: z.string(),
      devices: z.array(
        z.object({
          User: z.string(),
          Agent: z.number(),
          Device: z.string(),
          Server: z.string(),
          AD: z.boolean(),
        }),
      ),
    }),
    async run({ act, input }) {
      const { text } = await act('contact.getAbout', { contact: input.phone });
      return {
        message: 'User info',
        results: { verified_name: '', status: text ?? '', picture_id: '', devices: [] },
      };
    },
  }),
  gowaRoute({
    method: 'GET',
    path: '/user/check',
    summary: 'Ask whether a number is on WhatsApp',
    input: person,
    results: z.object({ is_on_whatsapp: z.boolean() }),
    async run({ act, input }) {
      const [check] = await act('contact.check', { phones: [input.phone] });
      // WhatsApp has not said, and that is not a no.
      if (typeof check?.isOnWhatsApp !== 'boolean') throw new WharfError('ACTION_DEFERRED');
      return { message: 'Number checked', results: { is_on_whatsapp: check.isOnWhatsApp } };
    },
  }),
  gowaRoute({
    method: 'GET',
    path: '/user/business-profile',
    summary: 'Tell what a business says about itself',
    input: person,
    results: z.object({
      jid: z.string(),
      email: z.string(),
      address: z.string(),
      categories: z.array(z.object({ id: z.string(), name: z.string() })),
      profile_options: z.record(z.string(), z.string()),
      business_hours_timezone: z.string(),
      business_hours: z.array(z.object({})),
    }),
    async run({ act, input }) {
      const { business } = await act('contact.getBusiness', { contact: input.phone });
      if (!business) throw new WharfError('ACTION_TARGET_NOT_FOUND');
      const { jid, email, address, category, description, websites, timeZone } = business;
      const [website] = websites;
      return {
        message: 'Business profile',
        results: {
          jid,
          email: email ?? '',
          address: address ?? '',
          categories: category === undefined ? [] : [{ id: '', name: category }],
          profile_options: {
            ...(website === undefined ? {} : { website }),
            ...(description === undefined ? {} : { description }),
          },
          business_hours_timezone: timeZone ?? '',
          business_hours: [],
        },
      };
    },
  }),
  gowaRoute({
    method: 'GET',
    path: '/user/avatar',
    summary: 'Tell where the picture of somebody is',
    input: person.extend({ is_preview: flag.optional(), is_community: flag.optional() }),
    results: z.object({ url: z.string(), id: z.string(), type: z.enum(['image', 'preview']) }),
    async run({ act, input: { phone, is_preview = false } }) {
      const { url } = await act('contact.getPicture', { contact: phone, isPreview: is_preview });
      if (url === null) throw new WharfError('ACTION_TARGET_NOT_FOUND');
      const type = is_preview ? ('preview' as const) : ('image' as const);
      return { message: 'Avatar', results: { url, id: '', type } };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/user/avatar',
    summary: 'Set the own picture',
    input: z.object({ avatar: z.object({ base64: z.string() }) }),
    file: { field: 'avatar', to: 'memory' },
    results: nothing,
    async run({ act, input }) {
      await act('profile.setPicture', { picture: input.avatar });
      return { message: 'Avatar set', results: null };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/user/pushname',
    summary: 'Set the own name',
    input: z.object({ push_name: z.string() }),
    results: nothing,
    async run({ act, input }) {
      await act('profile.setName', { name: input.push_name });
      return { message: 'Push name set', results: null };
    },
  }),
  gowaRoute({
    method: 'GET',
    path: '/user/my/privacy',
    summary: 'Tell the privacy settings',
    input: z.object({}),
    results: z.object({
      group_add: z.string(),
      last_seen: z.string(),
      status: z.string(),
      profile: z.string(),
      read_receipts: z.string(),
    }),
    async run({ act }) {
      const {
        groupAdd = '',
        lastSeen = '',
        about = '',
        picture = '',
        readReceipts = '',
      } = await act('profile.getPrivacy', {});
      return {
        message: 'Privacy settings',
        results: {
          group_add: groupAdd,
          last_seen: lastSeen,
          status: about,
          profile: picture,
          read_receipts: readReceipts,
        },
      };
    },
  }),
  gowaRoute({
    method: 'GET',
    path: '/user/my/groups',
    summary: 'List the groups that the account is in',
    input: z.object({}),
    results: z.object({ data: z.array(groupView) }),
    run: async ({ act }) => ({
      message: 'Groups',
      results: { data: (await act('group.list', {})).map(viewGroup) },
    }),
  }),
  gowaRoute({
    method: 'GET',
    path: '/user/my/newsletters',
    summary: 'List the channels that the account follows',
    input: z.object({}),
    results: z.object({ data: z.array(newsletterView) }),
    run: async ({ act }) => ({
      message: 'Newsletters',
      results: { data: (await act('channel.list', {})).map(viewNewsletter) },
    }),
  }),
  gowaRoute({
    method: 'GET',
    path: '/user/my/contacts',
    summary: 'List everybody the account knows',
    input: z.object({}),
    results: z.object({ data: z.array(z.object({ jid: z.string(), name: z.string() })) }),
    async run({ act }) {
      const people = await act('contact.list', {});
      const data = people.map(({ jid, savedName, name }) => ({ jid, name: savedName ?? name ?? '' }));
      return { message: 'Contacts', results: { data } };
    },
  }),
];
