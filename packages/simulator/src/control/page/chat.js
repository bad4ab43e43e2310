import { bubble, closeMenus } from './bubble.js';
import { $, attempt, element, onSubmit } from './elements.js';
import { chosenChat, settledWhoYouAre } from './people.js';
import { call } from './server.js';
import { nameOf, onChange, state } from './state.js';

const READ = new Set(['read', 'played']);
const EMPTY_LINKED = 'Link a device, add a contact, and write to each other here.';

/** Bubbles as they are shown, by message; what has not changed stays, and with it keyboard and sound. */
let shown = new Map();
/** The message that the next text answers or replaces. */
let about;
/** Whoever types fast sends the next message before the last one has arrived: they go out one after the other. */
let sending = Promise.resolve();

/** The part of the page where messages are read and written. */
export function startChat() {
  onSubmit('message-form', 'chat-notice', write);
  $('message-text').addEventListener('keydown', (event) => {
    if (event.key === 'Escape') stopAbout();
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    $('message-form').requestSubmit();
  });
  $('message-text').addEventListener('paste', (event) => {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    attempt('chat-notice', () => sendFile(file));
  });
  $('about-stop').addEventListener('click', stopAbout);
  $('attach').addEventListener('click', () => $('attachment').click());
  $('attachment').addEventListener('change', ({ target }) => {
    const [file] = target.files;
    if (file) attempt('chat-notice', () => sendFile(file));
    target.value = '';
  });
  $('mark-read').addEventListener('click', () =>
    attempt('chat-notice', () => call('POST', `/phones/${state.me.phone}/read`, { chat: chosenChat() })),
  );
  document.addEventListener('click', ({ target }) => closeMenus(target));
  onChange(showChat);
}

/** Who writes to whom, or a sentence that says what is missing. */
function requireChat() {
  if (!state.me) throw new Error('There is nobody to write as yet: add a contact first.');
  if (!chosenChat()) throw new Error('There is nobody to write to yet: link a device first.');
  return chosenChat();
}

async function write() {
  await settledWhoYouAre();
  const field = $('message-text');
  const text = field.value;
  if (!text.trim()) return field.focus();
  const chat = requireChat();
  const what = about;
  const me = state.me.phone;
  stopAbout();
  field.value = '';
  field.focus();
  const sent = sending.then(() =>
    call('POST', `/phones/${me}/messages`, { to: chat, content: contentOf(text, what) }),
  );
  sending = sent.catch(() => undefined);
  try {
    await sent;
  } catch (error) {
    field.value ||= text;
    throw error;
  }
}

function contentOf(text, what) {
  if (!what) return { kind: 'text', text };
  const { id } = what.message;
  return what.isEdit ? { kind: 'edit', of: id, text } : { kind: 'text', text, quote: id };
}

async function sendFile(file) {
  await settledWhoYouAre();
  const to = requireChat();
  const [type] = file.type.split('/');
  const kind = ['image', 'video', 'audio'].includes(type) ? type : 'document';
  const data = await base64(file);
  const caption = $('message-text').value.trim() || undefined;
  const mimetype = file.type || 'application/octet-stream';
  await call('POST', `/phones/${state.me.phone}/media`, {
    to,
    kind,
    data,
    mimetype,
    fileName: file.name,
    caption,
  });
  $('message-text').value = '';
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => reject(new Error('That file cannot be read: try another one.'));
    reader.readAsDataURL(file);
  });
}

function setAbout(message, isEdit) {
  about = { message, isEdit };
  const words = isEdit ? 'Edit' : `Reply to ${nameOf(message.author)}`;
  $('about-text').textContent = `${words}: ${message.text || `(${message.kind})`}`;
  $('about').hidden = false;
  if (isEdit) $('message-text').value = message.text;
  $('message-text').focus();
}

function stopAbout() {
  if (about?.isEdit) $('message-text').value = '';
  about = undefined;
  $('about').hidden = true;
}

function showChat() {
  const chat = chosenChat();
  const messages = state.messages.filter((message) => message.chat === chat);
  const next = new Map();
  for (const message of messages) {
    const key = JSON.stringify([state.me.phone, message]);
    next.set(
      key,
      shown.get(key) ??
        bubble(message, { onReply: (of) => setAbout(of, false), onEdit: (of) => setAbout(of, true) }),
    );
  }
  const isAtEnd = $('chat').scrollTop + $('chat').clientHeight > $('chat').scrollHeight - 60;
  const isNew = [...next.keys()].some((key) => !shown.has(key));
  shown = next;
  arrange(
    messages.length > 0
      ? [...next.values()]
      : [element('p', { className: 'empty', textContent: emptyChat() })],
  );
  if (isNew && (isAtEnd || messages.at(-1)?.fromMe)) $('chat').scrollTop = $('chat').scrollHeight;
  $('mark-read').hidden = !messages.some(({ fromMe, delivery }) => !fromMe && !READ.has(delivery));
}

/** Puts the bubbles in their order without touching those that are in their place. */
function arrange(bubbles) {
  const wanted = new Set(bubbles);
  for (const old of [...$('chat').children]) if (!wanted.has(old)) old.remove();
  bubbles.forEach((made, index) => {
    if ($('chat').children[index] !== made) $('chat').insertBefore(made, $('chat').children[index] ?? null);
  });
}

function emptyChat() {
  if (!state.me || !chosenChat()) return EMPTY_LINKED;
  const [option] = $('chat-to').selectedOptions;
  return `No messages yet between ${state.me.name} and ${option.textContent}. Say hello, or let your flow write to +${state.me.phone}.`;
}
