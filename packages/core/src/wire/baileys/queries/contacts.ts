import type { BinaryNode } from '@whiskeysockets/baileys';
import { WharfError } from '../../../errors/errors.js';
import type { NumberCheck } from '../../../types/contact.js';
import { bareJid, type Jid } from '../../../types/ids.js';
import type { ContactQueries } from '../../queries.js';
import { readPerson } from '../read-message.js';
import { changeAppState } from './app-state-key.js';
import { refused } from './ask.js';
import { type Asking, childAt, childrenOf, learnAliases, query, textOf } from './asking.js';

/** How many numbers one query may hold: WhatsApp Web asks for no more at once. */
const NUMBERS_AT_ONCE = 50;

export function contactQueries(asking: Asking): ContactQueries {
  const { socket, lids } = asking;
  const checkSome = async (phones: string[]): Promise<NumberCheck[]> => {
    const answers = await usync(['contact', 'lid'], phones.map(numberNode));
    return phones.map((phone, index) => {
      const answer =
        answers.find((user) => digitsOf(textOf(childAt(user, 'contact'))) === phone) ??
        answers.find(({ attrs }) => attrs.jid?.startsWith(`${phone}@`)) ??
        // Some numbers are answered for under the one they are registered with.
        (answers.length === phones.length ? answers[index] : undefined);
      return readCheck(phone, answer);
    });
  };
  const usync = async (protocols: string[], users: BinaryNode[]): Promise<BinaryNode[]> => {
    const attrs = {
      context: 'interactive',
      mode: 'query',
      sid: socket.generateMessageTag(),
      last: 'true',
      index: '0',
    };
    const content = [
      { tag: 'query', attrs: {}, content: protocols.map((tag) => ({ tag, attrs: {} })) },
      { tag: 'list', attrs: {}, content: users },
    ];
    const answer = await query(socket, 'get', { xmlns: 'usync' }, [{ tag: 'usync', attrs, content }]);
    const list = childAt(answer, 'usync', 'list');
    if (!list) throw new WharfError('ANSWER_UNREADABLE');
    return childrenOf(list, 'user');
  };
  return {
    async check(phones) {
      const checks: NumberCheck[] = [];
      for (let from = 0; from < phones.length; from += NUMBERS_AT_ONCE)
        checks.push(...(await checkSome(phones.slice(from, from + NUMBERS_AT_ONCE))));
      await learnAliases(
        asking,
        checks.flatMap(({ jid, lid }) => (jid && lid ? [readPerson(jid, lid)] : [])),
      );
      return checks;
    },
    async getPicture(jid, isPreview) {
      try {
        return (await socket.profilePictureUrl(jid, isPreview ? 'preview' : 'image')) ?? null;
      } catch (error) {
        if ((error as { data?: unknown }).data === 404) return null;
        throw error;
      }
    },
    async getAbout(jid) {
      const [user] = await usync(['status'], [{ tag: 'user', attrs: { jid } }]);
      const status = childAt(user, 'status');
      if (!status) throw new WharfError('ACTION_TARGET_NOT_FOUND');
      const seconds = Number(status.attrs.t);
      const setAt = seconds > 0 ? { setAt: seconds * 1000 } : {};
      return { text: textOf(status) || null, ...setAt };
    },
    async getBusiness(jid) {
      const profile = await socket.getBusinessProfile(jid);
      if (!profile) return undefined;
      const { description, address, email, category, website } = profile;
      const texts = Object.entries({
        description,
        address,
        email,
        category,
        timeZone: profile.business_hours?.timezone,
      });
      return {
        jid,
        websites: website,
        ...Object.fromEntries(texts.filter(([, text]) => text)),
      };
    },
    async getBlocked() {
      // Baileys leaves out the number that comes with each.
      const list = childAt(await query(socket, 'get', { xmlns: 'blocklist' }), 'list');
      return childrenOf(list, 'item').flatMap(({ attrs }) =>
        attrs.jid ? [readPerson(attrs.jid, attrs.pn_jid)] : [],
      );
    },
    async setBlocked(jid, isBlocked) {
      await socket.updateBlockStatus(jid, isBlocked ? 'block' : 'unblock');
    },
    async save(jid, name) {
      if (!name) return changeAppState(socket, () => socket.removeContact(jid));
      const { fullName, firstName } = name;
      const lid = lids.get(userOf(jid));
      const entry = {
        fullName,
        ...(firstName ? { firstName } : {}),
        ...(lid ? { lidJid: `${lid}@lid` } : {}),
        saveOnPrimaryAddressbook: true,
      };
      await changeAppState(socket, () => socket.addOrEditContact(jid, entry));
    },
  };
}

const numberNode = (phone: string): BinaryNode => ({
  tag: 'user',
  attrs: {},
  content: [{ tag: 'contact', attrs: {}, content: Buffer.from(`+${phone}`) }],
});

const digitsOf = (text: string | undefined) => text?.replace(/\D/g, '');
const userOf = (jid: string) => jid.slice(0, jid.indexOf('@'));

/** A number is not there only when WhatsApp says so in as many words. */
function readCheck(phone: string, answer: BinaryNode | undefined): NumberCheck {
  const contact = childAt(answer, 'contact');
  const failure = childAt(contact, 'error');
  if (failure?.attrs.code === '429') throw refused(429);
  const type = failure ? undefined : contact?.attrs.type;
  if (type === 'out') return { phone, isOnWhatsApp: false };
  const jid = answer?.attrs.jid;
  if (type !== 'in' || !jid) return { phone, isOnWhatsApp: null };
  const lid = childAt(answer, 'lid')?.attrs.val;
  return { phone, isOnWhatsApp: true, jid: bareJid(jid), ...(lid ? { lid: bareJid(lid) as Jid } : {}) };
}
