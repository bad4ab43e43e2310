import { join } from 'node:path';
import { openManager } from '@wharf/core';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/storage.js';
import { link, startSimulator, watch } from '../support/world.js';

const ids = Array.from({ length: 10 }, (_, index) => `device-${index}`);
const phoneOf = (id: string) => `1555100${id.slice('device-'.length)}`;
const jidOf = (id: string) => `${phoneOf(id)}@s.whatsapp.net`;

describe('ten devices in one manager', () => {
  it('get their own messages and no others, and storage shows no row of another', {
    timeout: 60_000,
  }, async () => {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const manager = await openManager({ storage, endpoint: simulator.endpoint });
    try {
      for (const id of ids) await manager.createDevice({ id });
      await Promise.all(ids.map((id) => link(manager, simulator, id, phoneOf(id))));
      // They are strangers to each other, and this is not about how fast one writes to those.
      for (const id of ids) await manager.updateSettings(id, { pacing: { enabled: false } });

      const heard = new Map(ids.map((id) => [id, watch(manager, { deviceId: id })]));
      const pairs = ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => ({ from, to })));
      const items = await Promise.all(
        pairs.map(({ from, to }) => manager.send(from, { to: phoneOf(to), text: `${from} to ${to}` })),
      );
      expect(new Set(items.map(({ messageId }) => messageId)).size).toBe(pairs.length);

      await Promise.all(
        ids.map((id) =>
          heard
            .get(id)
            ?.until(
              `${id} has heard the nine others`,
              (events) => events.filter(({ type }) => type === 'message').length >= 9,
            ),
        ),
      );
      for (const id of ids) {
        const texts = heard.get(id)?.texts() ?? [];
        expect(texts.toSorted()).toEqual(
          ids.filter((other) => other !== id).map((other) => `${other} to ${id}`),
        );
      }
    } finally {
      await manager.close();
    }

    const db = new Sqlite(join(storage, 'wharf.db'), { readonly: true });
    const rows = db
      .prepare<[], { device: string; jid: string; sender: string; chat: string; message: string }>(
        'SELECT device, jid, sender, chat, message FROM messages JOIN accounts ON accounts.id = messages.account',
      )
      .all();
    db.close();
    expect(rows).toHaveLength(10 * 9 * 2);
    for (const { device, jid, sender, chat, message } of rows) {
      expect(jid).toBe(jidOf(device));
      expect([sender, chat]).toContain(jid === sender ? chat : sender);
      const { text } = JSON.parse(message).content;
      expect(text).toMatch(sender === jid ? new RegExp(`^${device} to `) : new RegExp(` to ${device}$`));
    }
  });
});
