import { Command } from 'commander';
import { serve } from '../serve.js';
import { Interrupted, interruptible } from './interrupt.js';
import { print } from './output.js';
import { endpointOption, storageOption } from './place.js';

interface Options {
  port: string;
  host: string;
  storage: string;
  endpoint?: string;
  publicUrl?: string;
  trustProxy?: string;
  /** False with `--no-token`. */
  token: boolean;
  allowPrivateWebhooks?: boolean;
}

export const serveCommand = (): Command =>
  new Command('serve')
    .description('runs the gateway: devices over HTTP, and a console for the browser')
    .option('--port <n>', 'TCP port; 0 takes a free one', '3000')
    .option('--host <address>', 'where to listen; the default is this machine alone', '127.0.0.1')
    .addOption(storageOption())
    .addOption(endpointOption())
    .option('--public-url <url>', 'where clients find the gateway, behind a proxy')
    .option(
      '--trust-proxy <addresses>',
      'believe these proxies when they say who has asked, such as loopback or 10.0.0.0/8,::1; limits then count by that address',
    )
    .option('--no-token', 'ask for no token; for this machine alone')
    .option('--allow-private-webhooks', 'webhooks may lead to this machine and its network')
    .addHelpText(
      'after',
      '\nThe first start prints a token, once. The key of an encrypted storage comes from WHARF_ENCRYPTION_KEY_FILE.',
    )
    .action(({ token, allowPrivateWebhooks = false, ...options }: Options) =>
      // Listening to signals before it says that it is ready: who reads that may ask it to stop at once.
      interruptible(async (signal) => {
        const gateway = await serve(
          { ...options, isTokenNeeded: token, arePrivateWebhooksAllowed: allowPrivateWebhooks },
          print,
        );
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await gateway.close();
      }).catch(ended),
    );

/** This is how a gateway ends. */
function ended(error: unknown): void {
  if (!(error instanceof Interrupted)) throw error;
}
