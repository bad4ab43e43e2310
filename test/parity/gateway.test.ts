import { type ActionName, actions, jsonSchemaOf } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { startGateway } from '../support/gateway.js';
import { startManager, startSimulator } from '../support/world.js';

describe('the gateway', () => {
  it('has every action, with the fields that the catalogue says', async () => {
    const { app, call } = await startGateway(await startManager(await startSimulator()));
    const served = app.routeTable
      .filter(({ path }) => path.startsWith('/actions/'))
      .map(({ path }) => path.slice(9));
    expect(served.filter((name) => name !== ':name').sort()).toEqual(Object.keys(actions).sort());
    const { paths } = (await call('GET', '/openapi.json')).body;
    for (const name of Object.keys(actions) as ActionName[]) {
      const { requestBody, summary } = paths[`/actions/${name}`].post;
      const schema = requestBody.content['application/json'].schema;
      const { input } = jsonSchemaOf(name) as { input: { properties?: object; required?: string[] } };
      expect(summary, name).toBe(actions[name].title);
      expect(Object.keys(schema.properties ?? {}), name).toEqual(Object.keys(input.properties ?? {}));
      expect(schema.required ?? [], name).toEqual(input.required ?? []);
    }
  });
});
