import { SimulatorError } from '../errors.js';
import { setGroupPicture } from '../groups/picture.js';
import { issueToken } from '../profile/privacy-token.js';
import { Profile } from '../profile/profile.js';
import { maySee } from '../profile/visibility.js';
import { bytesOf, childOf, childrenOf, type Stanza, stanza } from '../stanza/node.js';
import type { ClientSession, Handler } from './session.js';

const MAX_PICTURE_BYTES = 512 * 1024;
const MAX_ABOUT_BYTES = 700;

/** Pictures of people and groups: where one is (`get`), or a new one (`set`). */
export const handlePicture: Handler = (iq, session) => {
  if (iq.attrs.type === 'set') return setPicture(iq, session);
  const { media } = session.directory;
  const { account } = session.companion;
  const target = iq.attrs.target ?? iq.attrs.to ?? '';
  const owner = session.directory.find(target);
  const id = owner ? owner.state.profile.pictureId : session.directory.groups.find(target)?.state.pictureId;
  if (!media || !id) return session.refuse(iq, 404, 'item-not-found');
  if (owner && !maySee(owner, account, 'profile')) return session.refuse(iq, 401, 'not-authorized');
  const path = media.pictures.path(id);
  const type = childOf(iq, 'picture')?.attrs.type ?? 'image';
  session.answer(iq, [stanza('picture', { id, type, url: media.url(path), direct_path: path })]);
};

function setPicture(iq: Stanza, session: ClientSession): void {
  const { target } = iq.attrs;
  const { account } = session.companion;
  const picture = bytesOf(iq, 'picture');
  if (picture && picture.length > MAX_PICTURE_BYTES) return session.refuse(iq, 406, 'not-acceptable');
  const group = session.directory.groups.find(target ?? '');
  if (!group && target && session.directory.find(target) !== account)
    return session.refuse(iq, 403, 'forbidden');
  try {
    const content = picture?.length ? picture : undefined;
    const id = group ? setGroupPicture(group, account, content) : new Profile(account).setPicture(content);
    session.answer(iq, id === undefined ? undefined : [stanza('picture', { id })]);
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    session.refuse(iq, error.httpStatus, error.code.toLowerCase());
  }
}

/** The text a person shows below the name. */
export const handleStatus: Handler = (iq, session) => {
  const text = bytesOf(iq, 'status');
  if (iq.attrs.type === 'set' && text && text.length <= MAX_ABOUT_BYTES)
    new Profile(session.companion.account, session.companion).setAbout(text.toString());
  session.answer(iq);
};

/** Privacy settings: what is set (`get`), one that changes (`set`), and tokens for those one knows. */
export const handlePrivacy: Handler = (iq, session) => {
  const tokens = childOf(iq, 'tokens');
  if (tokens) {
    for (const { attrs } of childrenOf(tokens, 'token')) {
      const person = session.directory.find(attrs.jid ?? '');
      if (person) issueToken(session.companion.account, person, Number(attrs.t) || undefined);
    }
    return session.answer(iq, [stanza('tokens')]);
  }
  const profile = new Profile(session.companion.account, session.companion);
  const changes = childrenOf(childOf(iq, 'privacy'), 'category');
  if (iq.attrs.type === 'set') {
    try {
      for (const { attrs } of changes) profile.setPrivacy(attrs.name ?? '', attrs.value ?? '');
    } catch (error) {
      if (error instanceof SimulatorError) return session.refuse(iq, 400, 'bad-request');
      throw error;
    }
  }
  const categories = Object.entries(profile.privacy)
    .filter(([name]) => iq.attrs.type === 'get' || changes.some(({ attrs }) => attrs.name === name))
    .map(([name, value]) => stanza('category', { name, value }));
  session.answer(iq, [stanza('privacy', {}, categories)]);
};

/** Who is blocked (`get`), and blocking or letting in again (`set`). */
export const handleBlocklist: Handler = (iq, session) => {
  const { account } = session.companion;
  const profile = new Profile(account, session.companion);
  for (const { attrs } of iq.attrs.type === 'set' ? childrenOf(iq, 'item') : []) {
    const person = session.directory.find(attrs.jid ?? '');
    if (!person) return session.refuse(iq, 404, 'item-not-found');
    profile.block(person.lidJid, attrs.action === 'block');
  }
  const items = profile.blocked.flatMap((jid) => {
    const person = session.directory.find(jid);
    return person ? [stanza('item', { jid: person.lidJid, pn_jid: person.pnJid })] : [];
  });
  session.answer(iq, [stanza('list', {}, items)]);
};

/** How long messages of new chats are kept. */
export const handleDisappearing: Handler = (iq, session) => {
  const seconds = Number(childOf(iq, 'disappearing_mode')?.attrs.duration);
  if (iq.attrs.type === 'set' && Number.isInteger(seconds) && seconds >= 0)
    new Profile(session.companion.account, session.companion).setDisappearing(seconds);
  session.answer(iq);
};

/** What businesses say about themselves; a person has no such profile. */
export const handleBusiness: Handler = (iq, session) => {
  const asked = childrenOf(childOf(iq, 'business_profile'), 'profile');
  if (asked.length === 0) return session.unknown(iq);
  const profiles = asked.flatMap(({ attrs: { jid } }) => {
    const business = session.directory.find(jid ?? '')?.state.profile.business;
    if (!business) return [];
    const { category, ...texts } = business;
    const fields = Object.entries(texts).map(([tag, text]) => stanza(tag, {}, Buffer.from(text ?? '')));
    const categories = category
      ? [stanza('categories', {}, [stanza('category', { id: 1 }, Buffer.from(category))])]
      : [];
    return [stanza('profile', { jid }, [...fields, ...categories])];
  });
  session.answer(iq, [stanza('business_profile', { v: 244 }, profiles)]);
};
