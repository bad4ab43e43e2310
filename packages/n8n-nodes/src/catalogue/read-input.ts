import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { SetupError } from '../shared/errors.js';
import { type ActionField, catalogue } from './actions.js';
import { formOf } from './fields.js';
import { isShown } from './properties.js';

/** The input of an action, as the form of the node has it for an item. */
export async function readInput(
  context: IExecuteFunctions,
  action: string,
  item: number,
): Promise<IDataObject> {
  const fields = catalogue.find(({ name }) => name === action)?.fields ?? [];
  const additional = context.getNodeParameter('additionalFields', item, {}) as IDataObject;
  const input: IDataObject = {};
  for (const field of fields) {
    const isOnForm = isShown(field);
    if (formOf(field) === 'picture') {
      input.picture = await readPicture(context, item);
      continue;
    }
    const value = isOnForm
      ? context.getNodeParameter(field.name, item, undefined, { extractValue: true })
      : additional[field.name];
    const read = readField(field, value);
    if (read !== undefined) input[field.name] = read;
  }
  return input;
}

/** A value of the form, as the action takes it; blank is left out. */
export function readField(field: ActionField, value: unknown): IDataObject[string] | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  switch (formOf(field)) {
    case 'list':
      return readList(value);
    case 'json':
      return readJson(field.name, value);
    case 'seconds':
      // Where a span may be taken back, zero does.
      if (Number(value) === 0 && field.schema.anyOf?.some(({ type }) => type === 'null')) return null;
      return Number(value) * 1_000;
    case 'number':
      return Number(value);
    case 'text':
    case 'locator': {
      const text = String(value);
      return field.name === 'before' && /^\d{12,}$/.test(text) && field.schema.anyOf ? Number(text) : text;
    }
    default:
      return value as IDataObject[string];
  }
}

/** A list from an expression, or as it is typed: one in each line, else separated by commas. */
export function readList(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  const text = String(value);
  return text
    .split(text.includes('\n') ? '\n' : ',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** @throws SetupError for text that is no JSON */
export function readJson(name: string, value: unknown): IDataObject {
  if (typeof value === 'object' && value !== null) return value as IDataObject;
  try {
    return JSON.parse(String(value)) as IDataObject;
  } catch {
    throw new SetupError(
      `The field "${name}" is no JSON.`,
      'Correct it, or give an object by an expression.',
    );
  }
}

async function readPicture(context: IExecuteFunctions, item: number): Promise<IDataObject> {
  if (context.getNodeParameter('pictureFrom', item, 'binary') === 'url')
    return { url: context.getNodeParameter('pictureUrl', item) as string };
  const field = context.getNodeParameter('pictureField', item, 'data') as string;
  const bytes = await context.helpers.getBinaryDataBuffer(item, field);
  return { base64: bytes.toString('base64') };
}
