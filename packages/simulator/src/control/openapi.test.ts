import fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { silentLogger } from '../logger.js';
import { createSimulator, type Simulator } from '../simulator.js';
import { addControl } from './server.js';

const operation = z.object({
  summary: z.string().min(5),
  tags: z.array(z.string().min(1)),
  parameters: z.array(z.object({ name: z.string(), in: z.literal('path') })).optional(),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema: z.looseObject({}) }) }) })
    .optional(),
  responses: z.record(
    z.string(),
    z.object({ description: z.string(), content: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const documentSchema = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

/** Files of the page, and the document itself. */
const UNDOCUMENTED = /^(\/|\/openapi\.json|\/page\.\w+|\/page\/.*|\/jsqr\.js)$/;

let simulator: Simulator;

beforeEach(async () => {
  simulator = await createSimulator({ receiptDelayMs: 1 });
});

afterEach(() => simulator.close());

async function readDocument() {
  const response = await fetch(`${simulator.endpoint.http}/openapi.json`);
  return documentSchema.parse(await response.json());
}

/** Every route that is registered, as `GET /accounts`. */
async function registeredRoutes(): Promise<string[]> {
  const app = fastify();
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push(`${each} ${url.replace(/:(\w+)/g, '{$1}')}`);
  });
  const stop = await addControl(app, simulator, silentLogger);
  stop();
  return routes.filter(
    (route) => !route.startsWith('HEAD ') && !UNDOCUMENTED.test(route.split(' ')[1] ?? ''),
  );
}

describe('GET /openapi.json', () => {
  it('describes every route that there is, and no other', async () => {
    const { paths } = await readDocument();
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual((await registeredRoutes()).sort());
    expect(described.length).toBeGreaterThan(30);
  });

  it('says of each what it takes, what it answers and how it refuses', async () => {
    const { paths } = await readDocument();
    for (const [path, operations] of Object.entries(paths)) {
      const inPath = [...path.matchAll(/{(\w+)}/g)].map(([, name]) => name);
      for (const [method, { parameters = [], requestBody, responses }] of Object.entries(operations)) {
        const route = `${method} ${path}`;
        expect(parameters.map(({ name }) => name).sort(), route).toEqual(inPath.sort());
        const succeeds = Object.entries(responses).filter(([status]) => status.startsWith('2'));
        expect(succeeds, route).toHaveLength(1);
        for (const [status, { description, content }] of Object.entries(responses)) {
          expect(description, `${route} ${status}`).toMatch(/\w{2}/);
          expect(description, `${route} ${status}`).not.toBe('Default Response');
          if (status !== '204') expect(content, `${route} ${status}`).toBeDefined();
        }
        if (inPath.includes('address') && method !== 'put') expect(responses['404'], route).toBeDefined();
        if (requestBody) expect(responses['400'], route).toBeDefined();
        expect(responses['403'], route).toBeDefined();
      }
    }
  });

  it('describes bodies by the schemas that check them', async () => {
    const { paths } = await readDocument();
    expect(paths['/contacts']?.post?.requestBody?.content['application/json'].schema).toMatchObject({
      type: 'object',
      required: ['phone', 'name'],
      properties: { autoRead: { type: 'boolean' }, name: { maxLength: 60 } },
    });
    const fault = paths['/faults']?.post?.requestBody?.content['application/json'].schema;
    expect(JSON.stringify(fault)).toContain('"enum":["slow-reader"]');
  });
});
