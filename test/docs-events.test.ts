import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type EventType, eventJsonSchemas, eventSchemas, eventTypes } from '@wharf/core';
import { describe, expect, it } from 'vitest';

const page = readFileSync(fileURLToPath(new URL('../docs/events.md', import.meta.url)), 'utf8');
const examples = [...page.matchAll(/^### `(.*)`$|^```json\n([\s\S]*?)^```$/gm)];
const titles = examples.flatMap(([, title]) => title ?? []);
const events = examples.flatMap(([, , json]) => (json ? [JSON.parse(json) as { type: EventType }] : []));

describe('docs/events.md', () => {
  it('has every type of event once, with an example', () => {
    expect(titles.toSorted()).toEqual(eventTypes.toSorted());
    expect(events.map(({ type }) => type)).toEqual(titles);
  });

  it.each(events.map((event) => [event.type, event] as const))(
    'shows %s with nothing that is not in its schema',
    (type, event) => {
      expect(eventSchemas[type].parse(event)).toEqual(event);
    },
  );
});

describe('the JSON Schemas of events', () => {
  it('are there for every type, and are JSON', () => {
    const schemas = eventJsonSchemas();
    expect(Object.keys(schemas)).toEqual(eventTypes);
    expect(JSON.parse(JSON.stringify(schemas))).toEqual(schemas);
    for (const type of eventTypes)
      expect(schemas[type]).toMatchObject({
        type: 'object',
        properties: { type: { const: type }, payload: expect.anything(), chatId: { type: 'string' } },
      });
  });
});
