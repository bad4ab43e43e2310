import type { ActionJsonSchema } from '@wharf/core';

/** The page docs/actions.md, made from the catalogue. */
export function actionsPage(
  actions: Record<
    string,
    { name: string; title: string; description: string; needs: string; errors: readonly string[] }
  >,
  jsonSchemaOf: (name: string) => ActionJsonSchema,
): string;
