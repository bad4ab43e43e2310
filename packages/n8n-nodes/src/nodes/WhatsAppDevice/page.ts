/** A field of a page. */
export interface Field {
  label: string;
  name: string;
  type: string;
  isRequired: boolean;
  choices?: string[];
}

interface Page {
  title: string;
  text: string;
  fields?: Field[];
  /** Two ways to end it; else there is one button below the fields. */
  buttons?: { approve: string; decline: string };
  /** A picture as a data URL. */
  picture?: string;
  /** After so many seconds it loads itself again. */
  refreshSeconds?: number;
}

/** A small page that needs nothing but itself. */
export function page({ title, text, fields = [], buttons, picture, refreshSeconds }: Page): string {
  const refresh = refreshSeconds ? `<meta http-equiv="refresh" content="${refreshSeconds}">` : '';
  const image = picture ? `<img alt="QR code" src="${picture}">` : '';
  const form =
    fields.length > 0 || buttons
      ? `<form method="post">${fields.map(input).join('')}${ends(buttons)}</form>`
      : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">${refresh}<title>${escaped(title)}</title><style>
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem;color:light-dark(#222,#e6e6e6);background:light-dark(#f6f6f6,#161616)}
main{background:light-dark(#fff,#202020);padding:1.5rem;border-radius:.75rem;border:1px solid light-dark(#ddd,#3a3a3a)}h1{font-size:1.2rem;margin-top:0}
p{white-space:pre-wrap}img{display:block;width:100%;image-rendering:pixelated}label{display:block;margin:.75rem 0}
input,textarea,select{box-sizing:border-box;width:100%;font:inherit;padding:.5rem;border:1px solid light-dark(#bbb,#555);border-radius:.4rem}
button{font:inherit;padding:.6rem 1.2rem;margin:.5rem .5rem 0 0;border:0;border-radius:.4rem;background:#128c7e;color:#fff}
button.other{background:#777}</style></head><body><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p>${image}${form}</main></body></html>`;
}

function input({ label, name, type, isRequired, choices = [] }: Field): string {
  const attributes = `name="${escaped(name)}"${isRequired ? ' required' : ''}`;
  const body =
    type === 'textarea'
      ? `<textarea rows="4" ${attributes}></textarea>`
      : type === 'dropdown'
        ? `<select ${attributes}>${choices.map((choice) => `<option>${escaped(choice)}</option>`).join('')}</select>`
        : `<input type="${escaped(type)}" ${attributes}>`;
  return `<label>${escaped(label)}${body}</label>`;
}

function ends(buttons: Page['buttons']): string {
  if (!buttons) return '<button>Send</button>';
  return `<button name="decision" value="approve">${escaped(buttons.approve)}</button><button class="other" name="decision" value="decline">${escaped(buttons.decline)}</button>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
