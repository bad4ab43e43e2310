import { type Manager, type ManagerOptions, openManager } from '@wharf/core';
import type { Contestant, Listener, Place } from './contestant.js';

/** Wharf as it comes: journal, store, log and outbox are on; only the pacing of sends, which waits on purpose, is off. */
export function wharf(options: Partial<ManagerOptions> = {}): Contestant {
  let manager: Manager;

  async function open({ folder, endpoint }: Place, listener: Listener, restore: boolean) {
    manager = await openManager({ storage: folder, endpoint, restore, ...options });
    const types = ['message', 'history.progress'] as const;
    manager.consume({ name: 'bench', types: [...types], startAt: 'beginning' }, (event) => {
      if (event.type === 'message' && !event.payload.isFromMe) listener.onMessage(event.payload.id);
      if (event.type === 'history.progress') listener.onHistory(event.payload.messages);
    });
  }

  async function connected(ids: string[]): Promise<void> {
    const missing = new Set(ids);
    await new Promise<void>((resolve) => {
      const note = (id: string, name: string) => {
        if (name === 'connected') missing.delete(id);
        if (missing.size > 0) return;
        stop();
        resolve();
      };
      const stop = manager.onState(({ device }) => note(device.id, device.state.name));
      void manager.listDevices().then((devices) => {
        for (const { id, state } of devices) note(id, state.name);
      });
    });
  }

  return {
    /** Baileys and the ciphers, which Wharf loads with the first connection. */
    async load() {
      await Promise.all([import('@whiskeysockets/baileys'), import('whatsapp-rust-bridge')]);
    },
    open: (place, listener) => open(place, listener, false),
    async restore(place, listener) {
      await open(place, listener, true);
      await connected((await manager.listDevices()).map(({ id }) => id));
    },
    async pair(ids, onQr) {
      await Promise.all(
        ids.map(async (id) => {
          await manager.createDevice({ id });
          await manager.updateSettings(id, { pacing: { enabled: false } });
          const login = await manager.loginDevice(id);
          for await (const step of login) if (step.type === 'qr') onQr(id, step.qr);
          const outcome = await login.outcome;
          if (outcome.type !== 'connected')
            throw new Error(`${id} was not linked: ${JSON.stringify(outcome)}`);
        }),
      );
    },
    async connect(id) {
      await manager.startDevice(id);
      await connected([id]);
    },
    addConsumers(count, onMessage) {
      for (let consumer = 1; consumer <= count; consumer += 1)
        manager.consume({ name: `more-${consumer}`, types: ['message'], startAt: 'beginning' }, (event) => {
          if (event.type === 'message' && !event.payload.isFromMe) onMessage(consumer, event.payload.id);
        });
    },
    async send(id, phone, text) {
      await manager.send(id, { to: phone, text });
    },
    async download(deviceId, messageId) {
      await manager.act('message.downloadMedia', { deviceId, messageId });
    },
    close: () => manager.close(),
  };
}
