import type { NodeMessageInFlow } from 'node-red';
import { z } from 'zod';
import type { NodeLife } from './define-node.js';
import type { FormField } from './form-field.js';
import { asText } from './precedence.js';
import { evaluate, type TypedValue, typedValue } from './value.js';

/** The values of a form as the editor saves them: by field. */
export const formValues = z.record(z.string(), typedValue);

const schemaNode = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  description: z.string().optional(),
  anyOf: z.array(z.looseObject({ const: z.unknown().optional() })).optional(),
  items: z.looseObject({ type: z.string().optional() }).optional(),
});
const objectSchema = z.looseObject({
  properties: z.record(z.string(), schemaNode).default({}),
  required: z.array(z.string()).default([]),
});

/** Names that mean the same wherever they stand. */
const chatNames = new Set(['to', 'chat', 'group', 'from', 'contact', 'community', 'channel', 'caller']);
const chatListNames = new Set(['participants', 'mentions', 'audience']);
const mediaNames = new Set(['media', 'picture']);

/** The fields of an object's JSON Schema, in its order; the device is chosen elsewhere. */
export function fieldsOf(schema: object): FormField[] {
  const { properties, required } = objectSchema.parse(schema);
  return Object.entries(properties)
    .filter(([name, { const: fixed }]) => name !== 'deviceId' && fixed === undefined)
    .map(([name, property]) => {
      const { description } = property;
      const role = roleOf(name);
      return {
        name,
        ...shapeOf(property),
        isRequired: required.includes(name),
        ...(role ? { role } : {}),
        ...(description ? { description } : {}),
      };
    });
}

function roleOf(name: string): FormField['role'] {
  if (chatNames.has(name)) return 'chat';
  if (chatListNames.has(name)) return 'chats';
  return mediaNames.has(name) ? 'media' : undefined;
}

function shapeOf(property: z.infer<typeof schemaNode>): Pick<FormField, 'type' | 'options'> {
  const constants = property.enum ?? property.anyOf?.flatMap((branch) => branch.const ?? []) ?? [];
  if (constants.length > 0) return { type: 'choice', options: constants.map(String) };
  switch (property.type) {
    case 'string':
      return { type: 'text' };
    case 'number':
    case 'integer':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'array':
      return { type: property.items?.type === 'string' ? 'list' : 'json' };
    default:
      return { type: 'json' };
  }
}

/** What the fields of a form say for a message; those that are blank are left out. */
export async function readForm(
  life: NodeLife,
  message: NodeMessageInFlow,
  fields: FormField[],
  values: Record<string, TypedValue>,
): Promise<Record<string, unknown>> {
  const entries = await Promise.all(
    fields.map(async (field): Promise<[string, unknown]> => {
      const saved = values[field.name];
      return [field.name, saved && asField(field, await evaluate(life, saved, message))];
    }),
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}

/** A value as its field wants it, where people mean the same by another type: `7` for "7", a list for "a, b". */
function asField({ type, options }: FormField, value: unknown): unknown {
  const text = asText(value);
  switch (type) {
    case 'text':
      return text ?? value;
    case 'number':
      return text?.trim() && Number.isFinite(Number(text)) ? Number(text) : value;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : value;
    case 'choice':
      return asChoice(options ?? [], value, text);
    case 'list':
      return text === undefined ? value : splitList(text);
    case 'json':
      return value;
  }
}

/** An option that is a number in the schema is a text in the form. */
function asChoice(options: string[], value: unknown, text: string | undefined): unknown {
  const isNumeric = options.every((option) => option === 'null' || /^\d+$/.test(option));
  return isNumeric && text?.trim() && /^\d+$/.test(text) ? Number(text) : value;
}

/** A list as one types it: parted by commas or lines. */
export function splitList(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter(Boolean);
}
