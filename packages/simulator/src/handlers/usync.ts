import type { Account } from '../accounts/account.js';
import { deviceAddress } from '../accounts/device.js';
import { deviceListStanzas } from '../accounts/device-list.js';
import { maySee } from '../profile/visibility.js';
import { bytesOf, childOf, childrenOf, type Stanza, stanza } from '../stanza/node.js';
import type { ClientSession, Handler } from './session.js';

/** Answers what is asked about people: whether they exist, their LID, their devices. */
export const handleUsync: Handler = (iq, session) => {
  const query = childOf(iq, 'usync');
  const protocols = childrenOf(childOf(query, 'query')).map(({ tag }) => tag);
  const users = childrenOf(childOf(query, 'list'), 'user').map((user) => answerFor(user, protocols, session));
  session.answer(iq, [
    stanza('usync', { ...query?.attrs }, [
      stanza(
        'result',
        {},
        protocols.map((tag) => stanza(tag)),
      ),
      stanza('list', {}, users),
    ]),
  ]);
};

function answerFor(user: Stanza, protocols: string[], session: ClientSession): Stanza {
  const number = bytesOf(user, 'contact')?.toString().replace(/^\+/, '');
  const account = session.directory.find(user.attrs.jid ?? number ?? '');
  const jid = user.attrs.jid ?? account?.pnJid ?? `${number ?? ''}@s.whatsapp.net`;
  const answers = protocols.flatMap((protocol) => answerOf(protocol, account, jid, session));
  return stanza('user', { jid }, answers);
}

function answerOf(
  protocol: string,
  account: Account | undefined,
  jid: string,
  session: ClientSession,
): Stanza[] {
  if (protocol === 'contact') return [stanza('contact', { type: account ? 'in' : 'out' })];
  if (!account) return [];
  switch (protocol) {
    case 'devices':
      // Whoever knows the list must hear when it changes.
      account.state.watchers.add(deviceAddress(session.companion));
      account.changed();
      return [stanza('devices', {}, deviceListStanzas(account))];
    case 'lid':
      return jid.endsWith('@lid') ? [] : [stanza('lid', { val: account.lidJid })];
    case 'status':
      return [statusOf(account, session)];
    case 'disappearing_mode': {
      const { seconds, setAt } = account.state.profile.disappearing;
      return [stanza('disappearing_mode', { duration: seconds, t: Math.floor(setAt / 1000) })];
    }
    default:
      return [];
  }
}

/** The text below the name; an empty one where the viewer may not see it. */
function statusOf(account: Account, session: ClientSession): Stanza {
  const { text, setAt } = account.state.profile.about;
  if (!maySee(account, session.companion.account, 'status')) return stanza('status', { code: 401 });
  return stanza('status', { t: Math.floor(setAt / 1000) }, Buffer.from(text));
}
