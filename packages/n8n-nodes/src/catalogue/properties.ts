import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { type ActionField, type CatalogueAction, catalogue } from './actions.js';
import { propertiesOf } from './fields.js';
import { titleOf } from './words.js';

/** Operations with a form of their own; all others are made from the catalogue. */
export const handMade = new Set(['message.send', 'device.login']);

/** Operations that are more than one action of the catalogue. */
const further: Record<string, INodePropertyOptions[]> = {
  message: [
    {
      name: 'Send and Wait for Response',
      value: 'sendAndWait',
      action: 'Send message and wait for response',
      description: 'Asks somebody and goes on with the answer',
    },
  ],
};

/** What stands for itself on the form; everything else that may be left out is an additional field. */
export function isShown({ isRequired, schema }: ActionField): boolean {
  return isRequired || schema.default === true;
}

/** The resources and their operations, in the order of the alphabet as n8n wants it. */
export function resourceProperties(): INodeProperties[] {
  const resources = [...new Set(catalogue.map(({ name }) => resourceOf(name)))].sort();
  return [
    {
      displayName: 'Resource',
      name: 'resource',
      type: 'options',
      noDataExpression: true,
      default: 'message',
      options: resources.map((value) => ({ name: titleOf(value), value })),
    },
    ...resources.map(operations),
  ];
}

/** The fields of every operation that has no form of its own. */
export function fieldProperties(): INodeProperties[] {
  return catalogue.filter(({ name }) => !handMade.has(name)).flatMap(formOfAction);
}

function operations(resource: string): INodeProperties {
  const own = catalogue.filter(({ name }) => resourceOf(name) === resource);
  const options: INodePropertyOptions[] = [
    ...own.map(({ name, title, description }) => ({
      name: titleOf(verbOf(name)),
      value: verbOf(name),
      action: title,
      description: (description.split(/(?<=\.) /)[0] ?? '').replace(/\.$/, ''),
    })),
    ...(further[resource] ?? []),
  ].sort((a, b) => a.name.localeCompare(b.name));
  return {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: [resource] } },
    default: options.some(({ value }) => value === 'send') ? 'send' : (options[0]?.value ?? ''),
    options,
  };
}

function formOfAction({ name, fields }: CatalogueAction): INodeProperties[] {
  const show = { resource: [resourceOf(name)], operation: [verbOf(name)] };
  const shown = fields.filter(isShown).flatMap(propertiesOf);
  const additional = fields
    .filter((field) => !isShown(field))
    .flatMap(propertiesOf)
    .sort((a, b) => a.displayName.localeCompare(b.displayName));
  const all: INodeProperties[] = [...shown];
  if (additional.length > 0)
    all.push({
      displayName: 'Additional Fields',
      name: 'additionalFields',
      type: 'collection',
      placeholder: 'Add field',
      default: {},
      options: additional,
    });
  return all.map((property) => ({
    ...property,
    displayOptions: { show: { ...property.displayOptions?.show, ...show } },
  }));
}

const resourceOf = (name: string) => name.split('.')[0] ?? '';
const verbOf = (name: string) => name.split('.')[1] ?? '';
