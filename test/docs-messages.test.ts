import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  contentKinds,
  contentSchema,
  messageJsonSchemas,
  messageSchema,
  outgoingContentSchema,
  outgoingKinds,
} from '@wharf/core';
import { describe, expect, it } from 'vitest';

const page = readFileSync(join(fileURLToPath(new URL('..', import.meta.url)), 'docs/messages.md'), 'utf8');

interface Example {
  /** The title it stands under, and the one above that. */
  title: string;
  part: string;
  /** What the block says it is; nothing for a content. */
  mark: string;
  json: Record<string, unknown>;
}

const examples: Example[] = [];
let part = '';
let title = '';
for (const [, hashes, heading, mark, json] of page.matchAll(
  /^(#+) (.*)$|^```json ?(\w*)\n([\s\S]*?)^```$/gm,
)) {
  if (hashes === '##') part = heading ?? '';
  if (hashes) title = heading ?? '';
  else examples.push({ part, title, mark: mark ?? '', json: JSON.parse(json ?? '') });
}

const contents = examples.filter(({ mark }) => mark === '');
const kindsOf = (wanted: string) =>
  contents.filter(({ part, title }) => part === wanted && title !== part).map(({ title }) => title);
const named = (kinds: string[]) => kinds.map((kind) => `\`${kind}\``).toSorted();

describe('docs/messages.md', () => {
  it('has an example of every kind of content, under its name and its direction', () => {
    expect(kindsOf('Kinds that go both ways').toSorted()).toEqual(named(outgoingKinds));
    const received = contentKinds.filter((kind) => !outgoingKinds.includes(kind as never));
    expect(kindsOf('Kinds that only come in').toSorted()).toEqual(named(received));
    for (const { title, part, json } of contents) if (title !== part) expect(title).toBe(`\`${json.kind}\``);
  });

  it.each(contents.map(({ title, json }) => [title, json] as const))(
    'shows %s as it comes in, with nothing that is not in the schema',
    (_, json) => {
      expect(contentSchema.parse(json)).toEqual(json);
    },
  );

  it.each(
    contents
      .filter(({ json }) => outgoingKinds.includes(json.kind as never))
      .map(({ title, json }) => [title, json]),
  )('shows %s so that it may be sent as it has come', (_, json) => {
    expect(outgoingContentSchema.parse(json)).toEqual(json);
  });

  it('shows what may be sent and how a message looks', () => {
    const ofMark = (wanted: string) => examples.filter(({ mark }) => mark === wanted);
    expect(ofMark('message').map(({ json }) => messageSchema.parse(json))).toEqual([
      ofMark('message')[0]?.json,
    ]);
    expect(ofMark('outgoing').length).toBeGreaterThan(0);
    for (const { json } of ofMark('outgoing')) outgoingContentSchema.parse(json);
  });
});

describe('the JSON Schemas of messages', () => {
  it('name every kind, and are JSON', () => {
    const schemas = messageJsonSchemas();
    expect(JSON.parse(JSON.stringify(schemas))).toEqual(schemas);
    const kindsIn = (schema: object) =>
      [...JSON.stringify(schema).matchAll(/"kind":\{"type":"string","const":"(\w+)"\}/g)].map(
        ([, kind]) => kind,
      );
    expect(kindsIn(schemas.content)).toEqual(contentKinds);
    expect(kindsIn(schemas.message)).toEqual(contentKinds);
    expect(kindsIn(schemas.outgoingContent)).toEqual(outgoingKinds);
  });
});
