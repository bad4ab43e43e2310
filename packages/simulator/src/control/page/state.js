import { call } from './server.js';

const changed = new EventTarget();

/** What the page knows, and who you are on it. */
export const state = {
  accounts: [],
  groups: [],
  /** What your phone shows. */
  messages: [],
  /** The account whose phone you hold. */
  me: undefined,
};

/** Calls `show` after every change of what the page knows. */
export function onChange(show) {
  changed.addEventListener('change', show);
}

export function announceChange() {
  changed.dispatchEvent(new Event('change'));
}

/** The name of whoever has this JID or number. */
export function nameOf(address) {
  const person = state.accounts.find(({ jid, lid, phone }) => [jid, lid, phone].includes(address));
  return person?.name ?? `+${address.split('@')[0]}`;
}

export async function refreshAccounts() {
  [state.accounts, state.groups] = await Promise.all([call('GET', '/accounts'), call('GET', '/groups')]);
  const you = state.accounts.find(({ phone }) => phone === state.me?.phone);
  if (you) state.me = you;
  else await become(state.accounts.find(({ isContact }) => isContact) ?? state.accounts[0]);
  announceChange();
}

/** Takes the phone of an account into your hand. */
export async function become(account) {
  state.me = account;
  // What arrives while the history is on its way is newer than it.
  const arrived = [];
  state.messages = arrived;
  const history = account ? await call('GET', `/phones/${account.phone}/messages`) : [];
  const hasBecomeAnother = state.messages !== arrived;
  if (hasBecomeAnother) return;
  state.messages = history;
  arrived.forEach(put);
  announceChange();
}

/** Notes a message that came or changed on some phone. */
export function takeMessage({ phone, message }) {
  if (phone !== state.me?.phone) return;
  put(message);
  announceChange();
}

function put(message) {
  const index = state.messages.findIndex(({ id, chat }) => id === message.id && chat === message.chat);
  if (index < 0) state.messages.push(message);
  else state.messages[index] = message;
}
