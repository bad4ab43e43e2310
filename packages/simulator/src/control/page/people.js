import { $, button, digits, element, face, fillSelect, onSubmit, option, pretty } from './elements.js';
import { call } from './server.js';
import { announceChange, become, onChange, refreshAccounts, state } from './state.js';

/** Who the next new contact may be. */
const SUGGESTED = ['Vera', 'Olga', 'Sam', 'Mia', 'Leo', 'Ida', 'Tom', 'Eva'];

/** Whoever adds a contact and writes at once means to write as that contact, however slow the page is. */
let adding = Promise.resolve();

/** The part of the page where you choose who you are, and whom you chat with. */
export function startPeople() {
  onSubmit('contact-form', 'chat-notice', () => {
    const added = addContact();
    adding = added.catch(() => undefined);
    return added;
  });
  $('chat-to').addEventListener('change', announceChange);
  onChange(() => {
    if (state.accounts.some(({ name }) => name === $('contact-name').value)) suggestAnother();
    showPeople();
    showChats();
  });
}

/** Resolves when it is settled who you are: at once, unless a contact is being added. */
export const settledWhoYouAre = () => adding;

/** The JID of the chat that is shown, or an empty string. */
export const chosenChat = () => $('chat-to').value;

/** Shows another chat. */
export function choose(chat) {
  showChats();
  $('chat-to').value = chat;
  announceChange();
}

async function addContact() {
  const { phone } = await call('POST', '/contacts', {
    phone: $('contact-phone').value,
    name: $('contact-name').value,
  });
  await refreshAccounts();
  await become(state.accounts.find((account) => account.phone === phone));
}

/** Keeps a suggestion in the form that is still to be had. */
function suggestAnother() {
  const taken = new Set(state.accounts.map(({ name }) => name));
  $('contact-name').value = SUGGESTED.find((name) => !taken.has(name)) ?? '';
  const numbers = new Set(state.accounts.map(({ phone }) => phone));
  let number = BigInt(digits($('contact-phone').value));
  while (numbers.has(String(number))) number += 1n;
  const [, area = '', exchange = '', line = ''] = /^1(\d{3})(\d{3})(\d{4})$/.exec(String(number)) ?? [];
  $('contact-phone').value = area ? `+1 ${area} ${exchange} ${line}` : pretty(number);
}

/** Keeps the keyboard where it is: a chip that is still the same is not replaced. */
function showPeople() {
  const known = new Map([...$('people').children].map((chip) => [chip.dataset.key, chip]));
  const chips = state.accounts.map((account) => {
    const { phone, name, devices } = account;
    const key = `${phone} ${name} ${devices.length > 0}`;
    const chip = known.get(key) ?? personChip(account, key);
    chip.setAttribute('aria-pressed', String(phone === state.me?.phone));
    return chip;
  });
  if (chips.some((chip, index) => chip !== $('people').children[index]))
    $('people').replaceChildren(...chips);
  for (const spare of [...$('people').children].slice(chips.length)) spare.remove();
}

function personChip({ phone, name, devices }, key) {
  const chip = button({ title: pretty(phone), data: { key } }, 'chat-notice', () =>
    become(state.accounts.find((account) => account.phone === phone)),
  );
  chip.append(face(name, phone), name);
  if (devices.length > 0) chip.append(element('small', { textContent: 'phone' }));
  return chip;
}

function showChats() {
  const others = state.accounts.filter(({ phone }) => phone !== state.me?.phone);
  const mine = state.groups.filter(({ members }) => members.some(({ phone }) => phone === state.me?.phone));
  const label = ({ name, phone }) => `${name} …${phone.slice(-4)}`;
  const sections = [
    [
      'Linked phones',
      others.filter(({ devices }) => devices.length > 0).map((one) => option(one.jid, label(one))),
    ],
    [
      'Others',
      others.filter(({ devices }) => devices.length === 0).map((one) => option(one.jid, label(one))),
    ],
    ['Groups', mine.map(({ jid, subject }) => option(jid, subject))],
    ['Everybody', others.length > 0 ? [option('status@broadcast', 'Status')] : []],
  ].filter(([, options]) => options.length > 0);
  const groups = sections.map(([name, options]) => element('optgroup', { label: name }, ...options));
  fillSelect('chat-to', ...(groups.length > 0 ? groups : [option('', 'nobody yet')]));
}
