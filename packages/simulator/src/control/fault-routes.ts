import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { faultSchema, faultScript } from '../faults/fault.js';
import type { Simulator } from '../simulator.js';

const parameters = z.object({ id: z.string() });

/** Faults on demand: one at a time, or a script of them. */
export function addFaultRoutes(app: FastifyInstance, { faults }: Simulator): void {
  app.get('/faults', async () => faults.list());
  app.post('/faults', async (request, reply) =>
    reply.code(201).send(faults.add(faultSchema.parse(request.body))),
  );
  app.put('/faults', async (request) => faults.play(faultScript.parse(request.body)));
  app.delete('/faults', async (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.delete('/faults/:id', async (request, reply) => {
    faults.remove(parameters.parse(request.params).id);
    return reply.code(204).send();
  });
}
