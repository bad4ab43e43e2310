import { FairTurns } from '@wharf/core';
import plugin from 'fastify-plugin';

/**
 * Lets requests go on a few in each turn of the event loop, in the order of coming, when there are many at once: the devices'
 * connections get theirs in between, and queues do not grow faster than they are sent.
 */
export const turns = plugin(
  async (app) => {
    const requests = new FairTurns();
    app.addHook('onRequest', async ({ routeOptions }) => {
      // Whoever asks whether the process lives is not to wait for those who keep it busy.
      if (!routeOptions.config.isUnlimited) await requests.giveWay();
    });
  },
  { name: 'wharf-turns' },
);
