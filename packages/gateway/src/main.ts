#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { isWharfError } from '@wharf/core';
import { serve } from './serve.js';

const USAGE = `WhatsApp devices over HTTP.

  wharf-gateway [--port 3000] [--host 127.0.0.1] [--storage DIR] [--endpoint URL]
                [--public-url URL] [--trust-proxy ADDRESSES] [--no-token] [--allow-private-webhooks]

  --port N         TCP port (default 3000; 0 takes a free one)
  --host ADDRESS   where to listen (default 127.0.0.1: this machine alone)
  --storage DIR    where everything is kept (default ./storages)
  --endpoint URL   a simulator in place of WhatsApp: its page, or the JSON line that it prints
  --public-url URL where clients find the gateway, behind a proxy
  --trust-proxy ADDRESSES
                   believe these proxies when they say who has asked, such as loopback
                   or 10.0.0.0/8,::1 - limits then count by that address
  --no-token       ask for no token; for this machine alone
  --allow-private-webhooks
                   webhooks may lead to this machine and its network
  --help           print this

The first start prints a token, once. The key of an encrypted storage comes from WHARF_ENCRYPTION_KEY_FILE.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '3000' },
      host: { type: 'string', default: '127.0.0.1' },
      storage: { type: 'string', default: 'storages' },
      endpoint: { type: 'string' },
      'public-url': { type: 'string' },
      'trust-proxy': { type: 'string' },
      'no-token': { type: 'boolean', default: false },
      'allow-private-webhooks': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (values.help) return say(USAGE);
  const { port, host, storage, endpoint, 'public-url': publicUrl, 'trust-proxy': trustProxy } = values;
  const started = serve(
    {
      port,
      host,
      storage,
      ...(endpoint ? { endpoint } : {}),
      ...(publicUrl ? { publicUrl } : {}),
      ...(trustProxy === undefined ? {} : { trustProxy }),
      isTokenNeeded: !values['no-token'],
      arePrivateWebhooksAllowed: values['allow-private-webhooks'],
    },
    say,
  );
  // Before it says that it is ready: who reads that may ask us to stop at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void started.then((gateway) => gateway.close()).then(() => process.exit(0)));
  }
  await started;
}

main().catch((error: unknown) => {
  process.stderr.write(`${isWharfError(error) || error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
