import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ActionName, actions, errorCodes, jsonSchemaOf } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { fieldProperties, resourceProperties } from '../../packages/n8n-nodes/src/catalogue/properties.js';
import { loginForm } from '../../packages/n8n-nodes/src/nodes/WhatsAppDevice/login-page.js';
import { sendForm } from '../../packages/n8n-nodes/src/nodes/WhatsAppDevice/send-form.js';
import { actionsPage } from '../../scripts/lib/actions-page.mjs';
import { n8nActions } from '../../scripts/lib/n8n-actions.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const names = Object.keys(actions) as ActionName[];

describe('docs/actions.md', () => {
  it('is made from the catalogue; else run: node scripts/actions.mjs', () => {
    const page = readFileSync(`${root}/docs/actions.md`, 'utf8');
    expect(page).toBe(actionsPage(actions, (name) => jsonSchemaOf(name as ActionName)));
  });
});

describe('the n8n node', () => {
  it('has every action of the catalogue; else run: node scripts/actions.mjs', () => {
    const file = readFileSync(`${root}/packages/n8n-nodes/src/catalogue/actions.json`, 'utf8');
    expect(file).toBe(n8nActions(actions, jsonSchemaOf));
  });

  it.each(names)('%s is an operation of a resource, with a field for all that must be given', (name) => {
    const [resource = '', operation] = name.split('.');
    const properties = [...resourceProperties(), ...loginForm, ...sendForm, ...fieldProperties()];
    const offered = properties.find(
      ({ name, displayOptions }) =>
        name === 'operation' && displayOptions?.show?.resource?.includes(resource),
    );
    expect(offered?.options).toContainEqual(expect.objectContaining({ value: operation }));
    const form = properties
      .filter(({ displayOptions: { show = {} } = {} }) => show.resource?.includes(resource))
      .filter(({ displayOptions: { show = {} } = {} }) => show.operation?.includes(operation ?? ''))
      .map(({ name }) => (name.startsWith('picture') ? 'picture' : name));
    const required = (jsonSchemaOf(name).input.required ?? []) as string[];
    expect(form).toEqual(expect.arrayContaining(required));
  });
});

describe('every action', () => {
  it.each(names)('%s says what it is, and what goes in and comes out', (name) => {
    const { title, description, errors } = actions[name];
    expect(actions[name].name).toBe(name);
    expect(name).toMatch(/^[a-z]+\.[a-z][A-Za-z]+$/);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(description).toMatch(/^[A-Z].*\.$/s);
    for (const code of errors) expect(errorCodes).toHaveProperty(code);
    const { input, output } = jsonSchemaOf(name);
    expect(input).toMatchObject({ type: 'object', additionalProperties: false });
    expect(output.type).toMatch(/^(object|array)$/);
    // What is sent as JSON must be able to say it all.
    expect(JSON.parse(JSON.stringify({ input, output }))).toEqual({ input, output });
  });

  it.each(names)('%s has a test through the wire', (name) => {
    const tests = readdirSync(`${root}/test/actions`)
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => readFileSync(`${root}/test/actions/${file}`, 'utf8'))
      .join('\n');
    expect(tests).toContain(`'${name}'`);
  });
});
