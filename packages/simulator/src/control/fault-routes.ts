import { z } from 'zod';
import { faultSchema, faultScript } from '../faults/fault.js';
import type { Simulator } from '../simulator.js';
import { done, faultView, refusals } from './answers.js';
import type { ControlApp } from './openapi.js';

const parameters = z.object({ id: z.string() });
const faultViews = z.array(faultView).describe('The faults that there are.');

/** Faults on demand: one at a time, or a script of them. */
export function addFaultRoutes(app: ControlApp, { faults }: Simulator): void {
  app.get('/faults', { schema: { summary: 'List the faults', response: { 200: faultViews } } }, async () =>
    faults.list(),
  );
  app.post(
    '/faults',
    {
      schema: {
        summary: 'Let something go wrong',
        body: faultSchema,
        response: { 201: faultView, ...refusals({ 409: 'TOO_MANY_FAULTS' }) },
      },
    },
    async ({ body }, reply) => reply.code(201).send(faults.add(body)),
  );
  app.put(
    '/faults',
    {
      schema: {
        summary: 'Play a script: it replaces all faults and the seed',
        body: faultScript,
        response: { 200: faultViews },
      },
    },
    async ({ body }) => faults.play(body),
  );
  app.delete('/faults', { schema: { summary: 'Take all faults away', response: done } }, async (_, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.delete(
    '/faults/:id',
    {
      schema: {
        summary: 'Take a fault away',
        params: parameters,
        response: { ...done, ...refusals({ 404: 'FAULT_NOT_FOUND' }) },
      },
    },
    async ({ params }, reply) => {
      faults.remove(params.id);
      return reply.code(204).send();
    },
  );
}
