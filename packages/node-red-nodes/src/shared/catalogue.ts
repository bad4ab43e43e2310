import {
  type ActionName,
  actions,
  contentKinds,
  eventTypes,
  jsonSchemaOf,
  messageJsonSchemas,
} from '@wharf/core';
import { z } from 'zod';
import { fieldsOf } from './form.js';
import type { Catalogue, FormField } from './form-field.js';

const outgoing = z.object({
  oneOf: z.array(z.looseObject({ properties: z.looseObject({ kind: z.object({ const: z.string() }) }) })),
});

let made: Catalogue | undefined;

/** All that forms are made from, made once: every action, every content that can be sent, every kind and event. */
export function catalogue(): Catalogue {
  made ??= {
    actions: Object.values(actions).map(({ name, title, description }) => ({
      name,
      title,
      description,
      fields: fieldsOf(jsonSchemaOf(name).input),
    })),
    contents: outgoing
      .parse(messageJsonSchemas().outgoingContent)
      .oneOf.map((schema) => ({ kind: schema.properties.kind.const, fields: fieldsOf(schema) })),
    kinds: [...contentKinds],
    events: eventTypes.filter((type) => type !== 'message' && type !== 'events.missed'),
  };
  return made;
}

/** The fields of an action's form; undefined when there is no such action. */
export function fieldsOfAction(name: string): { name: ActionName; fields: FormField[] } | undefined {
  const found = catalogue().actions.find((action) => action.name === name);
  return found && { name: found.name as ActionName, fields: found.fields };
}

/** The fields of a content that can be sent; undefined when there is no such kind. */
export function fieldsOfContent(kind: string): FormField[] | undefined {
  return catalogue().contents.find((content) => content.kind === kind)?.fields;
}
