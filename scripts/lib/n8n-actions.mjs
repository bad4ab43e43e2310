/** Contents are large, and n8n's node has a form of its own for them. */
const asJson = new Set(['content', 'settings']);

/** What n8n's node needs to know of every action, without loading core: one line for each. */
export function n8nActions(actions, jsonSchemaOf) {
  const lines = Object.entries(actions).map(([name, { title, description }]) => {
    const { properties, required = [] } = jsonSchemaOf(name).input;
    const fields = Object.entries(properties)
      .filter(([field]) => field !== 'deviceId' || required.includes(field))
      .map(([field, schema]) => ({
        name: field,
        isRequired: required.includes(field),
        schema: asJson.has(field) ? { type: 'object', description: schema.description } : schema,
      }));
    return `  ${JSON.stringify({ name, title, description, fields })}`;
  });
  return `[\n${lines.join(',\n')}\n]\n`;
}
