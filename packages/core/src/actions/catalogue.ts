import type { z } from 'zod';
import { callActions } from './call.js';
import { channelActions } from './channel.js';
import { chatActions } from './chat.js';
import { communityActions } from './community.js';
import { contactActions } from './contact.js';
import { deviceActions } from './device.js';
import { groupActions } from './group.js';
import { groupPeopleActions } from './group-people.js';
import { historyActions } from './history.js';
import { labelActions } from './label.js';
import { mediaActions } from './media.js';
import { messageActions } from './message.js';
import { messageAboutActions } from './message-about.js';
import { presenceActions } from './presence.js';
import { profileActions } from './profile.js';

const all = [
  ...deviceActions,
  ...messageActions,
  ...messageAboutActions,
  ...mediaActions,
  ...chatActions,
  ...contactActions,
  ...groupActions,
  ...groupPeopleActions,
  ...communityActions,
  ...channelActions,
  ...labelActions,
  ...profileActions,
  ...presenceActions,
  ...callActions,
  ...historyActions,
] as const;

type Known = (typeof all)[number];

export type ActionName = Known['name'];
export type ActionOf<Name extends ActionName> = Extract<Known, { name: Name }>;
/** What an action takes: as people write it. */
export type ActionInput<Name extends ActionName> = z.input<ActionOf<Name>['input']>;
export type ActionOutput<Name extends ActionName> = z.output<ActionOf<Name>['output']>;

/**
 * Everything that can be asked for, by its name. Adapters are made from it: each action carries its title, its docstring, and
 * zod schemas of what goes in and comes out, from which `z.toJSONSchema` makes JSON Schemas.
 */
export const actions = Object.fromEntries(all.map((action) => [action.name, action])) as {
  readonly [Name in ActionName]: ActionOf<Name>;
};
