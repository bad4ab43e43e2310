import { button, element, tint } from './elements.js';
import { call } from './server.js';
import { nameOf, state } from './state.js';

const TICKS = { pending: '…', server: '✓', delivered: '✓✓', read: '✓✓', played: '✓✓' };
const SPOKEN = {
  pending: 'not sent yet',
  server: 'sent',
  delivered: 'delivered',
  read: 'read',
  played: 'played',
};
const EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🙏'];
const SAFE_PICTURES = /^image\/(jpeg|png|webp|gif)$/;

/** Sends something about a message, in its chat, as you. */
export function send(chat, content) {
  return call('POST', `/phones/${state.me.phone}/messages`, { to: chat, content });
}

/** One message of a chat; `onReply` and `onEdit` are told when somebody wants to. */
export function bubble(message, { onReply, onEdit }) {
  const { id, fromMe, delivery, chat, author, revoked } = message;
  const isGroup = !chat.endsWith('@s.whatsapp.net');
  const made = element(
    'div',
    { className: 'message', data: { id, fromMe, delivery, kind: message.kind } },
    isGroup && !fromMe && authorLine(author),
    ...(revoked ? [line('This message was deleted', 'faint')] : [quoteOf(message), ...body(message)]),
    foot(message),
    reactions(message),
    !revoked && actions(message, { onReply, onEdit }),
  );
  return made;
}

function authorLine(author) {
  const made = element('p', { className: 'author', textContent: nameOf(author) });
  tint(made, author.split('@')[0]);
  return made;
}

function line(textContent, mood = '') {
  return element('p', { className: `text ${mood}`, textContent });
}

function quoteOf({ chat, content }) {
  if (!content?.quote) return undefined;
  const quoted = state.messages.find((message) => message.id === content.quote && message.chat === chat);
  const words = quoted
    ? `${nameOf(quoted.author)}: ${quoted.text || `(${quoted.kind})`}`
    : 'An earlier message';
  return element('p', { className: 'quote', textContent: words });
}

/** What it says: a file, a text, and what there is to choose. */
function body(message) {
  const { media, content = {}, text, kind } = message;
  const parts = media ? [file(message)] : [];
  parts.push(...about(message));
  if (content.kind === 'location') parts.push(line(`📍 ${content.latitude}, ${content.longitude}`));
  if (content.kind === 'event') parts.push(line(`📅 ${new Date(content.startAt).toLocaleString()}`));
  if (content.kind === 'contacts')
    parts.push(...content.contacts.map(({ name, phone }) => line(`👤 ${name}, ${phone}`)));
  else if (text) parts.push(line(text));
  else if (parts.length === 0) parts.push(line(`(${kind})`, 'faint'));
  const offered = choices(message);
  if (offered.length > 0) parts.push(element('div', { className: 'choices' }, ...offered));
  return parts;
}

/** What is to be said besides the text: the card of a link, money, how often it may be seen. */
function about({ media, content = {} }) {
  const { preview, amount1000, currency, images, videos, viewOnce } = content;
  const words = [];
  if (preview)
    words.push(`🔗 ${[preview.title ?? preview.url, preview.description].filter(Boolean).join(': ')}`);
  if (amount1000 !== undefined) words.push(`💰 ${(amount1000 / 1_000).toFixed(2)} ${currency ?? ''}`);
  if (content.kind === 'album') words.push(`🖼️ Album of ${images + videos}`);
  if (content.kind === 'payment') words.push('💰 Paid');
  if (content.kind === 'paymentDecline') words.push('💰 Declined');
  if (viewOnce || media?.viewOnce) words.push('① To be seen once');
  return words.map((text) => line(text, 'faint'));
}

function file({ id, media }) {
  const src = `/phones/${state.me.phone}/messages/${id}/media`;
  if (SAFE_PICTURES.test(media.mimetype)) return element('img', { src, alt: 'Picture', loading: 'lazy' });
  if (media.kind === 'video' || media.kind === 'ptv')
    return element('video', { src, controls: true, preload: 'metadata' });
  if (media.kind === 'audio' || media.kind === 'voice') return element('audio', { src, controls: true });
  const size = `${Math.max(1, Math.round(media.byteLength / 1024))} KB`;
  const name = media.fileName ?? media.mimetype;
  return element('a', { href: src, download: name, textContent: `📄 ${name}, ${size}` });
}

function choices({ id: of, chat, content = {}, votes = [], responses = [] }) {
  const labelled = (label, count, isMine, answer) => {
    const made = button({ aria: { pressed: isMine } }, 'chat-notice', () => send(chat, { of, ...answer }));
    made.append(element('span', { textContent: label }), element('span', { textContent: count || '' }));
    return made;
  };
  const mine = ({ from }) => from === state.me.jid;
  if (content.kind === 'poll')
    return content.options.map((name) => {
      const chosen = votes.find(mine)?.options ?? [];
      const isMine = chosen.includes(name);
      const single = content.selectable === 1 ? [] : chosen;
      const options = isMine ? chosen.filter((other) => other !== name) : [...single, name];
      const count = votes.filter((vote) => vote.options.includes(name)).length;
      return labelled(name, count, isMine, { kind: 'vote', options });
    });
  if (content.kind === 'event')
    return Object.entries({ going: 'Going', maybe: 'Maybe', not_going: 'Not going' }).map(
      ([response, label]) => {
        const same = responses.filter((given) => given.response === response);
        return labelled(label, same.length, same.some(mine), { kind: 'eventResponse', response });
      },
    );
  if (content.kind === 'buttons')
    return content.buttons.map(({ id, text }) => labelled(text, 0, false, { kind: 'buttonReply', id, text }));
  if (content.kind === 'paymentRequest')
    return Object.entries({ payment: 'Pay', paymentDecline: 'Decline' }).map(([kind, label]) =>
      labelled(label, 0, false, { kind }),
    );
  if (content.kind === 'list')
    return content.rows.map(({ id, title }) =>
      labelled(title, 0, false, { kind: 'listReply', id, text: title }),
    );
  return [];
}

function foot({ at, fromMe, delivery, edited, pinned }) {
  const made = element(
    'small',
    { className: 'foot' },
    pinned && '📌',
    edited && element('span', { textContent: 'edited' }),
    element('span', {
      textContent: new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
    }),
  );
  if (!fromMe) return made;
  const ticks = element('span', {
    className: `ticks ${delivery}`,
    textContent: TICKS[delivery],
    title: SPOKEN[delivery],
    role: 'img',
    aria: { label: SPOKEN[delivery] },
  });
  made.append(ticks);
  return made;
}

function reactions({ reactions: given = [] }) {
  if (given.length === 0) return undefined;
  const people = new Map();
  for (const { emoji, from } of given) people.set(emoji, [...(people.get(emoji) ?? []), nameOf(from)]);
  return element(
    'div',
    { className: 'reactions' },
    ...[...people].map(([emoji, names]) =>
      element('span', {
        textContent: names.length > 1 ? `${emoji} ${names.length}` : emoji,
        title: names.join(', '),
        role: 'img',
        aria: { label: `${emoji} from ${names.join(', ')}` },
      }),
    ),
  );
}

function actions(message, { onReply, onEdit }) {
  const { id: of, chat, fromMe, reactions: given = [], content } = message;
  const menu = element('details', { className: 'actions' });
  const act = (textContent, label, action) =>
    button({ textContent, aria: { label } }, 'chat-notice', () => {
      menu.open = false;
      return action();
    });
  const mine = given.find(({ from }) => from === state.me.jid)?.emoji;
  const emoji = EMOJI.map((sign) =>
    act(sign, mine === sign ? `Take ${sign} back` : `React with ${sign}`, () =>
      send(chat, { kind: 'reaction', of, emoji: mine === sign ? '' : sign }),
    ),
  );
  const isText = content?.kind === 'text' || message.kind === 'conversation';
  menu.append(
    element('summary', { textContent: '⋯', aria: { label: 'React, reply …' } }),
    element(
      'div',
      {},
      ...emoji,
      act('Reply', 'Reply', () => onReply(message)),
      fromMe && isText && act('Edit', 'Edit', () => onEdit(message)),
      fromMe && act('Delete', 'Delete for everyone', () => send(chat, { kind: 'revoke', of })),
    ),
  );
  menu.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') menu.open = false;
  });
  return menu;
}

/** Closes every open menu but the one that was clicked in. */
export function closeMenus(clicked) {
  for (const menu of document.querySelectorAll('.actions[open]'))
    if (!menu.contains(clicked)) menu.open = false;
}
