/** What a reply may name in `{{…}}` whatever its rule matches. */
export const replyFields = ['name', 'phone', 'text', 'time', 'date'] as const;

const FIELD = /\{\{([^{}]*)\}\}/g;

/** The fields that a template names, in order. */
export const fieldsOf = (template: string): string[] =>
  [...template.matchAll(FIELD)].map(([, name = '']) => name.trim());

/** Puts values in place of the fields, once: what a value holds is text, whatever it looks like. */
export const fillTemplate = (template: string, values: { [field: string]: string | undefined }): string =>
  template.replace(FIELD, (_, name: string) => {
    const field = name.trim();
    return (Object.hasOwn(values, field) && values[field]) || '';
  });
