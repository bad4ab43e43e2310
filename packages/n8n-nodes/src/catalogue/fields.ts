import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { ListSearchMethod } from '../shared/list-search.js';
import type { ActionField } from './actions.js';
import { spanOf, titleOf } from './words.js';

/** How a field is asked for, and therefore read. */
export type FieldForm =
  | 'text'
  | 'number'
  | 'seconds'
  | 'boolean'
  | 'options'
  | 'locator'
  | 'list'
  | 'json'
  | 'picture';

interface Locator {
  method: ListSearchMethod;
  placeholder: string;
}

const group = { method: 'searchGroups', placeholder: 'e.g. 120363041234567890@g.us' } as const;
const person = { method: 'searchContacts', placeholder: 'e.g. +49 170 1234567' } as const;
const chat = { method: 'searchChats', placeholder: 'e.g. +49 170 1234567' } as const;
const channel = { method: 'searchChannels', placeholder: 'e.g. 120363041234567890@newsletter' } as const;
const label = { method: 'searchLabels', placeholder: 'e.g. 3' } as const;

/** What is picked from a list. */
const locators: Record<string, Locator> = {
  caller: person,
  channel,
  chat,
  community: group,
  contact: person,
  group,
  labelId: label,
};

export function formOf({ name, isRequired, schema }: ActionField): FieldForm {
  if (isRequired && Object.hasOwn(locators, name)) return 'locator';
  if (name === 'picture' && schema.anyOf) return 'picture';
  if (name === 'before' && schema.anyOf) return 'text';
  if (schema.enum || schema.anyOf?.every((part) => 'const' in part)) return 'options';
  switch (schema.type) {
    case 'boolean':
      return 'boolean';
    case 'array':
      return 'list';
    case 'object':
      return 'json';
    case 'string':
      return 'text';
    default:
      return name.endsWith('Ms') ? 'seconds' : 'number';
  }
}

/** The properties that ask for a field; a picture has several. */
export function propertiesOf(field: ActionField): INodeProperties[] {
  const { name, isRequired, schema } = field;
  const base = { displayName: titleOf(name), name, ...(isRequired ? { required: true } : {}) };
  const description = schema.description ? { description: schema.description.replace(/\.$/, '') } : {};
  switch (formOf(field)) {
    case 'locator':
      return [locator(base, locators[name] ?? chat)];
    case 'picture':
      return picture(base.displayName);
    case 'options':
      return [
        { ...base, ...description, type: 'options', options: choices(field), default: firstChoice(field) },
      ];
    case 'boolean':
      return [
        {
          ...base,
          type: 'boolean',
          default: schema.default ?? false,
          description: `Whether ${(schema.description ?? `it is ${titleOf(name).toLowerCase()}`).replace(/\.$/, '').replace(/^./, (letter) => letter.toLowerCase())}`,
        },
      ];
    case 'number':
      return [{ ...base, ...description, type: 'number', default: schema.default ?? schema.minimum ?? 0 }];
    case 'seconds':
      return [
        {
          ...base,
          displayName: titleOf(name),
          ...(schema.description
            ? { description: schema.description.replace(/in milliseconds/g, 'in seconds').replace(/\.$/, '') }
            : {}),
          type: 'number',
          default: typeof schema.default === 'number' ? schema.default / 1_000 : 60,
        },
      ];
    case 'list':
      return [
        {
          ...base,
          type: 'string',
          default: '',
          description: `${schema.description ?? 'One or several'}: one in each line, or separated by commas; an expression may give a list`,
        },
      ];
    case 'json':
      return [{ ...base, ...description, type: 'json', default: '{}' }];
    case 'text':
      return [{ ...base, ...description, type: 'string', default: '' }];
  }
}

function locator(
  base: { displayName: string; name: string },
  { method, placeholder }: Locator,
): INodeProperties {
  return {
    ...base,
    displayName: base.displayName.replace(/ ID$/, ''),
    type: 'resourceLocator',
    default: { mode: 'list', value: '' },
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        typeOptions: { searchListMethod: method, searchable: true },
      },
      {
        displayName: method === 'searchContacts' || method === 'searchChats' ? 'By Number or JID' : 'By ID',
        name: 'id',
        type: 'string',
        placeholder,
      },
    ],
  };
}

/** A file of the item, or a URL. */
function picture(displayName: string): INodeProperties[] {
  return [
    {
      displayName: `${displayName} From`,
      name: 'pictureFrom',
      type: 'options',
      default: 'binary',
      options: [
        { name: 'Input Binary Field', value: 'binary' },
        { name: 'URL', value: 'url' },
      ],
    },
    {
      displayName: 'Input Binary Field',
      name: 'pictureField',
      type: 'string',
      default: 'data',
      required: true,
      displayOptions: { show: { pictureFrom: ['binary'] } },
    },
    {
      displayName: 'Picture URL',
      name: 'pictureUrl',
      type: 'string',
      default: '',
      required: true,
      displayOptions: { show: { pictureFrom: ['url'] } },
    },
  ];
}

function choices({ schema }: ActionField): INodePropertyOptions[] {
  const values = schema.enum ?? schema.anyOf?.map((part) => part.const as number) ?? [];
  return values.map((value) => ({
    name: typeof value === 'number' ? spanOf(value) : titleOf(value),
    value,
  }));
}

function firstChoice(field: ActionField): string | number {
  const chosen = field.schema.default ?? choices(field)[0]?.value;
  return typeof chosen === 'number' ? chosen : String(chosen ?? '');
}
