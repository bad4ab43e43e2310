/**
 * The page docs/actions.md, made from the catalogue.
 *
 * @param {Record<string, { name: string, title: string, description: string, needs: string, errors: readonly string[] }>} actions
 * @param {(name: string) => { input: Schema, output: Schema }} jsonSchemaOf
 * @typedef {{ type?: string, description?: string, properties?: Record<string, Schema>, required?: string[], enum?: unknown[],
 *   const?: unknown, anyOf?: Schema[], items?: Schema, default?: unknown, additionalProperties?: unknown }} Schema
 */
export function actionsPage(actions, jsonSchemaOf) {
  const all = Object.values(actions);
  const resources = [...new Set(all.map(({ name }) => name.split('.')[0] ?? ''))];
  return `${[INTRODUCTION, ...resources.map((resource) => section(resource))].join('\n\n')}\n`;

  /** @param {string} resource */
  function section(resource) {
    const own = all.filter(({ name }) => name.startsWith(`${resource}.`));
    return [`## ${resource}`, ...own.map((action) => entry(action))].join('\n\n');
  }

  /** @param {(typeof all)[number]} action */
  function entry({ name, title, description, needs, errors }) {
    const { input, output } = jsonSchemaOf(name);
    return [
      `### \`${name}\``,
      `**${title}.** ${description}`,
      fieldTable(input),
      `Needs: ${needs}. Returns: ${returned(output)}.${
        errors.length > 0 ? ` May end with ${errors.map((code) => `\`${code}\``).join(', ')}.` : ''
      }`,
    ]
      .filter(Boolean)
      .join('\n\n');
  }
}

const INTRODUCTION = `# Actions

Everything that can be asked for: one list, from which every adapter is made. In the code: \`manager.act('group.create', { … })\`.
This page is made from \`packages/core/src/actions\` by \`node scripts/actions.mjs\`; a test keeps them equal.

People are written as one types them: a phone number with country code (\`+49 170 1234567\`), or a JID in PN or LID form. Groups and
channels are named by their JID or link; names are not guessed. Times are epoch milliseconds, and spans end in \`Ms\`.

What an action **needs**, and the errors of [errors.md](errors.md) that come with it:

- **manager**: nothing more. \`OPTION_INVALID\` and \`RECIPIENT_INVALID\` say which field is wrong.
- **device**: besides, a device, in whatever state. \`DEVICE_NOT_FOUND\`, \`DEVICE_ID_REQUIRED\`.
- **connected**: besides, its live connection. \`DEVICE_NOT_CONNECTED\`, \`DEVICE_LOGGED_OUT\`, \`DEVICE_RECONNECTING\`, and
  \`DEVICE_IN_USE\` when the process that runs the device does not answer. WhatsApp itself may refuse: \`ACTION_NOT_ALLOWED\`,
  \`ACTION_TARGET_NOT_FOUND\`, \`ACTION_NOT_ACCEPTED\`, \`ACTION_CONFLICT\`, \`ACTION_RATE_LIMITED\`, \`ACTION_DEFERRED\`; or the
  answer does not come: \`CONNECTION_FAILED\`, \`CONNECTION_TIMED_OUT\`, \`ANSWER_UNREADABLE\`.`;

/** @param {Schema} schema */
function fieldTable({ properties = {}, required = [] }) {
  const rows = Object.entries(properties)
    .filter(([name]) => name !== 'deviceId' || required.includes(name))
    .map(([name, field]) => {
      const fallback = field.default === undefined ? '' : ` Default: \`${JSON.stringify(field.default)}\`.`;
      const isRequired = required.includes(name) && field.default === undefined;
      const text = `${field.description ?? ''}${fallback}`.trim();
      return [`\`${name}\``, typeOf(field).replaceAll('|', '\\|'), isRequired ? 'yes' : '', text];
    });
  return rows.length === 0 ? '' : aligned([['field', 'type', 'required', 'meaning'], ...rows]);
}

/** As the formatter would have it. */
function aligned(/** @type {string[][]} */ [head = [], ...rows]) {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (/** @type {string[]} */ row) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** @param {Schema} schema */
function returned(schema) {
  const { properties, type, items } = schema;
  if (type === 'array' && items) return `a list; each has ${returned(items).replace(/^an object with /, '')}`;
  const names = Object.keys(properties ?? {});
  if (names.length === 0) return 'nothing, `{}`';
  return `an object with ${names.map((name) => `\`${name}\``).join(', ')}`;
}

/**
 * @param {Schema} schema
 * @returns {string}
 */
function typeOf({ type, enum: values, const: value, anyOf, items }) {
  if (values) return values.map((one) => `\`${one}\``).join(' | ');
  if (value !== undefined) return `\`${value}\``;
  if (anyOf) return anyOf.map(typeOf).join(' | ');
  if (type === 'array') return `list of ${typeOf(items ?? {})}`;
  return type ?? 'any';
}
