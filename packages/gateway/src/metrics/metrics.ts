import type { Manager, Webhook } from '@wharf/core';
import plugin from 'fastify-plugin';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

declare module 'fastify' {
  interface FastifyInstance {
    /** What `/metrics` shows; plugins add theirs. */
    metrics: Registry;
  }
}

const STATES = ['disconnected', 'connecting', 'connected', 'reconnecting', 'logged_out'] as const;

/** Under this name the log is read for the counters. As one of Wharf's own it does not make this process the one that listens. */
const CONSUMER = 'wharf:metrics';

/** Prometheus metrics at `GET /metrics`: what devices do, what the process does, and how requests end. */
export const metrics = plugin<{ manager: Manager }>(async (app, { manager }) => {
  const registry = new Registry();
  app.decorate('metrics', registry);
  collectDefaultMetrics({ register: registry });
  addDeviceGauges(registry, manager);
  addWebhookGauges(registry, manager);
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
  app.addHook('onReady', () => counting.begin());
  app.addHook('onClose', () => counting.stop());
  app.get(
    '/metrics',
    { config: { scope: 'metrics', isGlobal: true }, schema: { summary: 'Metrics for Prometheus' } },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
});

function addDeviceGauges(registry: Registry, manager: Manager): void {
  const registers = [registry];
  type Backlog = Awaited<ReturnType<Manager['getBacklog']>>;
  const addQueueGauge = (name: string, help: string, read: (backlog: Backlog) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['device'],
      registers,
      async collect() {
        this.reset();
        for (const { id } of await manager.listDevices())
          this.set({ device: id }, read(await manager.getBacklog(id)));
      },
    });
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
  addQueueGauge('wharf_queue_depth', 'Messages that are queued or being sent.', ({ depth }) => depth);
  addQueueGauge(
    'wharf_queue_oldest_seconds',
    'How long the oldest message of the queue has waited.',
    ({ oldestAt }) => (oldestAt === undefined ? 0 : (Date.now() - oldestAt) / 1_000),
  );
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

function addWebhookGauges(registry: Registry, manager: Manager): void {
  const addGauge = (name: string, help: string, read: (webhook: Webhook) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['webhook', 'device'],
      registers: [registry],
      collect() {
        this.reset();
        for (const webhook of manager.webhooks.list())
          this.set({ webhook: webhook.id, device: webhook.deviceId ?? '' }, read(webhook));
      },
    });
  addGauge(
    'wharf_webhook_backlog',
    'Events that a webhook has still to deliver, filters by chat left aside.',
    ({ waiting }) => waiting,
  );
  addGauge(
    'wharf_webhook_dead_letters',
    'Events that a webhook has not delivered for a day.',
    ({ deadLetters }) => deadLetters,
  );
}

/** Counts by the log what happens from the start of the gateway on. */
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
    async begin() {
      // What happened since a gateway was killed is not to be counted now.
      await manager.deleteConsumer(CONSUMER);
      reading = manager.consume(
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
    },
  };
}
