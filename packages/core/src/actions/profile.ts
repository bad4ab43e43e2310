import { z } from 'zod';
import { privacySettings } from '../types/profile.js';
import { defineAction, done } from './action.js';
import { pictureField } from './fields.js';
import { pictureErrors, pictureOf } from './picture.js';

export const profileActions = [
  defineAction({
    name: 'profile.setName',
    title: 'Set the own name',
    description: 'Changes the push name that others see, up to 25 characters.',
    needs: 'connected',
    errors: ['APP_STATE_KEY_MISSING'],
    input: { name: z.string().trim().min(1).max(25) },
    output: done,
    async run({ queries }, { name }) {
      await queries.profile.setName(name);
      return {};
    },
  }),
  defineAction({
    name: 'profile.setAbout',
    title: 'Set the own about text',
    description: 'Changes the text below the name, up to 139 characters; an empty one takes it away.',
    needs: 'connected',
    input: { text: z.string().max(139) },
    output: done,
    async run({ queries }, { text }) {
      await queries.profile.setAbout(text);
      return {};
    },
  }),
  defineAction({
    name: 'profile.setPicture',
    title: 'Set the own picture',
    description: 'Gives the account a picture, or takes it away when none is given.',
    needs: 'connected',
    errors: pictureErrors,
    input: { picture: pictureField.optional() },
    output: done,
    async run({ device, queries }, { picture }) {
      await queries.profile.setPicture(await pictureOf(device, picture));
      return {};
    },
  }),
  defineAction({
    name: 'profile.getPrivacy',
    title: 'Get the privacy settings',
    description: 'Tells who sees and may do what.',
    needs: 'connected',
    input: {},
    output: privacySettings,
    run: ({ queries }) => queries.profile.getPrivacy(),
  }),
  defineAction({
    name: 'profile.setPrivacy',
    title: 'Change privacy settings',
    description: 'Changes who sees and may do what; what is left out stays. Returns all of the settings.',
    needs: 'connected',
    input: privacySettings.shape,
    output: privacySettings,
    async run(
      { queries },
      { deviceId: _, ...settings }: z.output<typeof privacySettings> & { deviceId?: string },
    ) {
      await queries.profile.setPrivacy(settings);
      return queries.profile.getPrivacy();
    },
  }),
];
