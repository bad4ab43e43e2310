import { z } from 'zod';
import { type ActionName, actions } from './catalogue.js';

/** The JSON Schemas (draft 2020-12) of what an action takes and returns. */
export interface ActionJsonSchema {
  input: Record<string, unknown>;
  output: Record<string, unknown>;
}

/** Describes an action for those who do not speak zod: forms, OpenAPI, language models. */
export function jsonSchemaOf(name: ActionName): ActionJsonSchema {
  const { input, output }: { input: z.ZodType; output: z.ZodType } = actions[name];
  return { input: z.toJSONSchema(input, { io: 'input' }), output: z.toJSONSchema(output, { io: 'output' }) };
}
