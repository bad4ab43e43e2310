import type { Manager } from '@wharf/core';
import plugin from 'fastify-plugin';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

declare module 'fastify' {
  interface FastifyInstance {
    /** What `/metrics` shows; plugins add theirs. */
    metrics: Registry;
  }
}

const STATES = ['disconnected', 'connecting', 'connected', 'reconnecting', 'logged_out'] as const;

/** A queue is not counted any further. */
const COUNTED_ITEMS = 10_000;
const PAGE = 1_000;

/** The name under which the log is read for the counters. */
const CONSUMER = 'gateway.metrics';

/** Prometheus metrics at `GET /metrics`: what devices do, what the process does, and how requests end. */
export const metrics = plugin<{ manager: Manager }>(async (app, { manager }) => {
  const registry = new Registry();
  app.decorate('metrics', registry);
  collectDefaultMetrics({ register: registry });
  addDeviceGauges(registry, manager);
  const requests = new Histogram({
    name: 'wharf_http_request_seconds',
    help: 'Requests by route and status, and how long they took.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2, 10, 30],
    registers: [registry],
  });
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    const route = routeOptions.url ?? 'unknown';
    requests.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
  const counting = countEvents(registry, manager);
  app.addHook('onClose', () => counting.stop());
  app.get(
    '/metrics',
    { config: { scope: 'metrics', isGlobal: true }, schema: { summary: 'Metrics for Prometheus' } },
    async (_request, reply) => {
      counting.begin();
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
});

function addDeviceGauges(registry: Registry, manager: Manager): void {
  const registers = [registry];
  new Gauge({
    name: 'wharf_device_state',
    help: '1 for the state that the device is in, 0 for the others.',
    labelNames: ['device', 'state'],
    registers,
    async collect() {
      this.reset();
      for (const { id, state } of await manager.listDevices())
        for (const name of STATES) this.set({ device: id, state: name }, state.name === name ? 1 : 0);
    },
  });
  const age = new Gauge({
    name: 'wharf_queue_oldest_seconds',
    help: 'How long the oldest message of the queue has waited.',
    labelNames: ['device'],
    registers,
  });
  new Gauge({
    name: 'wharf_queue_depth',
    help: `Messages that are queued or being sent; not counted beyond ${COUNTED_ITEMS}.`,
    labelNames: ['device'],
    registers,
    async collect() {
      this.reset();
      age.reset();
      for (const { id } of await manager.listDevices()) {
        const { depth, oldestAt } = await queueOf(manager, id);
        this.set({ device: id }, depth);
        age.set({ device: id }, oldestAt === undefined ? 0 : (Date.now() - oldestAt) / 1_000);
      }
    },
  });
  const reconnects = new Counter({
    name: 'wharf_reconnects_total',
    help: 'How often a connection was lost, by reason.',
    labelNames: ['device', 'reason'],
    registers,
  });
  manager.onState(({ device, previous }) => {
    if (device.state.name !== 'reconnecting' || previous.name === 'reconnecting') return;
    reconnects.inc({ device: device.id, reason: device.state.reason });
  });
}

async function queueOf(manager: Manager, id: string): Promise<{ depth: number; oldestAt?: number }> {
  let depth = 0;
  let oldestAt: number | undefined;
  let before: string | undefined;
  while (depth < COUNTED_ITEMS) {
    const items = await manager.listSends(id, {
      states: ['queued', 'sending'],
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    });
    depth += items.length;
    const last = items.at(-1);
    oldestAt = last?.queuedAt ?? oldestAt;
    before = last?.messageId;
    if (items.length < PAGE) break;
  }
  return { depth, ...(oldestAt === undefined ? {} : { oldestAt }) };
}

/** Counts by the log, from the first look at the metrics on: a gateway without Prometheus reads nothing for it. */
function countEvents(registry: Registry, manager: Manager) {
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['device'], registers: [registry] });
  const received = counter('wharf_messages_received_total', 'Messages that were received.');
  const undecryptable = counter(
    'wharf_messages_undecryptable_total',
    'Messages that could not be decrypted when they came.',
  );
  const sent = counter('wharf_messages_sent_total', 'Messages that the server has taken.');
  const failed = counter('wharf_messages_failed_total', 'Messages that the server has refused.');
  let reading: { stop(): Promise<void> } | undefined;
  return {
    begin() {
      reading ??= manager.consume(
        { name: CONSUMER, types: ['message', 'message.undecryptable', 'message.delivery'] },
        ({ type, deviceId: device, payload }) => {
          if (type === 'message') received.inc({ device });
          else if (type === 'message.undecryptable') undecryptable.inc({ device });
          else if (type === 'message.delivery' && payload.delivery === 'server') sent.inc({ device });
          else if (type === 'message.delivery' && payload.delivery === 'error') failed.inc({ device });
        },
      );
    },
    async stop() {
      await reading?.stop();
      // What happens until the next start is not to be counted then.
      if (reading) await manager.deleteConsumer(CONSUMER);
    },
  };
}
