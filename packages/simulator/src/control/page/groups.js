import { $, attempt, button, element, note, onSubmit } from './elements.js';
import { choose, chosenChat } from './people.js';
import { call } from './server.js';
import { onChange, refreshAccounts, state } from './state.js';

/** The group whose members are shown; undefined while a new one is being made. */
let open;

/** The dialog in which groups are made and changed. */
export function startGroups() {
  $('new-group').addEventListener('click', () => show(undefined));
  $('group-info').addEventListener('click', () => show(currentGroup()));
  $('close-group').addEventListener('click', () => $('group-dialog').close());
  $('leave-group').addEventListener('click', () =>
    attempt('group-notice', async () => {
      await call('POST', `/groups/${open.jid}/leave`, { who: state.me.phone });
      await refreshAccounts();
      $('group-dialog').close();
    }),
  );
  onSubmit('group-form', 'group-notice', save);
  onChange(() => {
    $('group-info').hidden = !currentGroup();
    $('new-group').hidden = !state.me;
  });
}

const currentGroup = () => state.groups.find(({ jid }) => jid === chosenChat());

function show(group) {
  open = group;
  note('group-notice', '');
  $('group-title').textContent = group ? group.subject : 'New group';
  $('group-subject').value = group?.subject ?? '';
  $('save-group').textContent = group ? 'Save' : 'Create';
  $('leave-group').hidden = !group;
  const people = state.accounts.filter(({ phone }) => group || phone !== state.me.phone);
  $('members').replaceChildren(
    ...people.map((person) => (group ? memberItem(group, person) : candidate(person))),
  );
  if (!$('group-dialog').open) $('group-dialog').showModal();
}

function candidate({ phone, name }) {
  const box = element('input', { type: 'checkbox', value: phone, checked: true });
  return element('li', { className: 'item' }, element('label', {}, box, ` ${name}, +${phone}`));
}

function memberItem(group, { phone, name }) {
  const role = group.members.find((member) => member.phone === phone)?.role;
  const act = (textContent, action) =>
    button({ textContent, aria: { label: `${textContent} ${name}` } }, 'group-notice', () =>
      change(group, phone, action),
    );
  const isMe = phone === state.me.phone;
  const buttons = role === undefined ? [act('Add', 'add')] : [];
  if (role === 'member' && !isMe) buttons.push(act('Make admin', 'promote'));
  if (role === 'admin' && !isMe) buttons.push(act('Dismiss', 'demote'));
  if (role !== undefined && !isMe) buttons.push(act('Remove', 'remove'));
  const standing = role === undefined ? 'not a member' : role === 'member' ? '' : 'admin';
  const words = [element('p', { textContent: isMe ? `${name} (you)` : name })];
  if (standing) words.push(element('p', { textContent: standing }));
  return element('li', { className: 'item' }, element('div', {}, ...words), ...buttons);
}

async function change(group, member, action) {
  const outcomes = await call('POST', `/groups/${group.jid}/members`, {
    by: state.me.phone,
    action,
    members: [member],
  });
  if (outcomes.some(({ status }) => status !== 200))
    throw new Error('That could not be done: the group changed meanwhile, or the person may not be added.');
  await refreshAccounts();
  show(state.groups.find(({ jid }) => jid === group.jid));
}

async function save() {
  const subject = $('group-subject').value.trim();
  const by = state.me.phone;
  if (open) {
    if (subject !== open.subject) await call('PATCH', `/groups/${open.jid}`, { by, subject });
    await refreshAccounts();
  } else {
    const members = [...$('members').querySelectorAll(':checked')].map(({ value }) => value);
    const { jid } = await call('POST', '/groups', { by, subject, members });
    await refreshAccounts();
    choose(jid);
  }
  $('group-dialog').close();
}
