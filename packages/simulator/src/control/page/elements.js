/** The element of the page with this id. */
export const $ = (id) => document.getElementById(id);

/** Makes an element; `data` and `aria` become its data and ARIA attributes. */
export function element(tag, { data = {}, aria = {}, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  Object.assign(made.dataset, data);
  for (const [name, value] of Object.entries(aria)) made.setAttribute(`aria-${name}`, value);
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

/** A button that does something; what goes wrong is said at `noticeId`. */
export function button(properties, noticeId, action) {
  const made = element('button', { type: 'button', ...properties });
  made.addEventListener('click', () => attempt(noticeId, action));
  return made;
}

/** Says something beside a form. */
export function note(id, text, mood = '') {
  $(id).textContent = text;
  $(id).className = `notice ${mood}`;
}

/** Does something; a refusal becomes a sentence beside it. */
export async function attempt(noticeId, action) {
  note(noticeId, '');
  try {
    await action();
  } catch (error) {
    note(noticeId, error.message, 'bad');
  }
}

/** Does what a form asks for, once at a time. */
export function onSubmit(formId, noticeId, action) {
  $(formId).addEventListener('submit', async (event) => {
    event.preventDefault();
    const submit = $(formId).querySelector('[type=submit]');
    submit.disabled = true;
    await attempt(noticeId, action);
    submit.disabled = false;
  });
}

/** Fills a `<select>` and keeps what is chosen, if it is still there. */
export function fillSelect(id, ...children) {
  const chosen = $(id).value;
  $(id).replaceChildren(...children);
  if ([...$(id).options].some(({ value }) => value === chosen)) $(id).value = chosen;
}

export const option = (value, textContent) => element('option', { value, textContent });

/** A round sign with the first letter of a name, always in the same colour. */
export function face(name, key) {
  const made = element('span', { className: 'face', textContent: [...name][0]?.toUpperCase() ?? '?' });
  made.setAttribute('aria-hidden', 'true');
  tint(made, key);
  return made;
}

/** Gives an element the colour of a person. */
export function tint(made, key) {
  const hue = [...key].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0) * 137) % 360, 7);
  made.style.setProperty('--hue', hue);
}

export const digits = (text) => text.replace(/\D/g, '');
export const pretty = (phone) => `+${phone}`;
