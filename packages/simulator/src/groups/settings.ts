import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import { bothAddresses } from '../accounts/address.js';
import { SimulatorError } from '../errors.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Group } from './group.js';
import { checkSubject } from './groups.js';
import { announce, joinApprovalMode, memberAddMode } from './stanzas.js';

const MAX_DESCRIPTION = 2_048;

/** What can be set about a group; what is left out stays as it is. */
export interface GroupSettings {
  subject?: string;
  /** An empty text takes the description away. */
  description?: string;
  isAnnounce?: boolean;
  isLocked?: boolean;
  isAddRestricted?: boolean;
  isJoinApproval?: boolean;
  /** Seconds after which messages disappear; 0: never. */
  expiration?: number;
  /** Names the new picture; an empty text takes it away. */
  pictureId?: string;
}

type Setter<K extends keyof GroupSettings> = (
  group: Group,
  by: Account,
  value: NonNullable<GroupSettings[K]>,
) => Stanza | undefined;

/** What members may set unless the group is locked; the rest is for admins. */
const FOR_MEMBERS = new Set<keyof GroupSettings>(['subject', 'description', 'expiration', 'pictureId']);

const SETTERS: { [K in keyof GroupSettings]-?: Setter<K> } = {
  subject: ({ state }, by, subject) => {
    checkSubject(subject);
    Object.assign(state, { subject, subjectBy: by.lid, subjectAt: Date.now() });
    const author = bothAddresses('s_o', by, state.addressingMode);
    return stanza('subject', { subject, s_t: secondsNow(), ...author });
  },
  description: (group, by, body) => setDescription(group, by, body),
  isAnnounce: ({ state }, _by, isOn) => {
    state.isAnnounce = isOn;
    return stanza(isOn ? 'announcement' : 'not_announcement');
  },
  isLocked: ({ state }, _by, isOn) => {
    state.isLocked = isOn;
    return stanza(isOn ? 'locked' : 'unlocked');
  },
  isAddRestricted: ({ state }, _by, isOn) => {
    state.isAddRestricted = isOn;
    return memberAddMode(isOn);
  },
  isJoinApproval: ({ state }, _by, isOn) => {
    state.isJoinApproval = isOn;
    return joinApprovalMode(isOn);
  },
  expiration: ({ state }, _by, seconds) => {
    state.expiration = seconds;
    return seconds > 0 ? stanza('ephemeral', { expiration: seconds, trigger: 0 }) : stanza('not_ephemeral');
  },
  pictureId: (group, by, id) => setPicture(group, by, id),
};

/** Changes settings and tells every member about each. @throws SimulatorError 403 if `by` may not. */
export function changeSettings(group: Group, by: Account, settings: GroupSettings): void {
  const names = (Object.keys(settings) as (keyof GroupSettings)[]).filter(
    (name) => settings[name] !== undefined,
  );
  for (const name of names) {
    if (FOR_MEMBERS.has(name) && !group.state.isLocked) group.requireMember(by);
    else group.requireAdmin(by);
  }
  for (const name of names) {
    const change = (SETTERS[name] as Setter<typeof name>)(group, by, settings[name] as never);
    group.changed();
    if (change) announce(group, by, change);
  }
}

/** Sets the description under an id that the client chose. @throws SimulatorError 400, 403, or 409 if it changed meanwhile. */
export function describe(group: Group, by: Account, body: string, id?: string, previous?: string): void {
  if (group.state.isLocked) group.requireAdmin(by);
  else group.requireMember(by);
  if (group.state.description?.id !== previous)
    throw new SimulatorError(
      'DESCRIPTION_CHANGED',
      409,
      'The description changed meanwhile: read it again first.',
    );
  announce(group, by, setDescription(group, by, body, id));
  group.changed();
}

function setDescription({ state }: Group, by: Account, body: string, id = createId()): Stanza {
  if (body.length > MAX_DESCRIPTION)
    throw new SimulatorError(
      'DESCRIPTION_TOO_LONG',
      400,
      `A description has at most ${MAX_DESCRIPTION} characters.`,
    );
  if (body === '') {
    delete state.description;
    return stanza('description', { id, delete: 'true' });
  }
  state.description = { id, body, by: by.lid, at: Date.now() };
  return stanza('description', { id }, [stanza('body', {}, Buffer.from(body))]);
}

/** Pictures have a notification of their own; the group only remembers which one it has. */
function setPicture(group: Group, by: Account, id: string): undefined {
  if (id === '') delete group.state.pictureId;
  else group.state.pictureId = id;
  const author = bothAddresses('author', by, group.state.addressingMode);
  const change = stanza(id === '' ? 'delete' : 'set', { jid: group.jid, id: id || undefined, ...author });
  const attributes = { from: group.jid, type: 'picture', t: secondsNow(), id: createId() };
  for (const device of group.devices) device.deliver(stanza('notification', attributes, [change]));
}

function createId(): string {
  return randomBytes(10).toString('hex').toUpperCase();
}
