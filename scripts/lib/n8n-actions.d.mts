export function n8nActions(
  actions: object,
  jsonSchemaOf: (name: never) => { input: Record<string, unknown> },
): string;
