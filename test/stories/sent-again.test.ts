import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { OutgoingContentInput } from '@wharf/core';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { expect, it } from 'vitest';
import { SHOP, Shop, VERA } from '../support/shop.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, stateOf, watch } from '../support/world.js';

/** Takes from a storage that is closed what its device needs to read what others write. */
function loseSessions(storage: string): void {
  const files = globSync(join(storage, '**', 'session.db'));
  expect(files).toHaveLength(1);
  for (const file of files) {
    const db = new Sqlite(file);
    expect(db.prepare('DELETE FROM signal_sessions').run().changes).toBeGreaterThan(0);
    db.close();
  }
}

it('What a recipient could not read is sent again, whatever it was, also when the sender has been restarted since', async () => {
  const shop = await Shop.open();
  const asked: string[] = [];
  shop.simulator.on('receipt', ({ id, type }) => {
    if (type === 'retry') asked.push(id);
  });
  const storage = temporaryFolder();
  const before = await startManager(shop.simulator, { storage });
  await before.createDevice({ id: 'laptop' });
  await link(before, shop.simulator, 'laptop', VERA);
  const talk = watch(before);
  await shop.send({ kind: 'text', text: 'hello' });
  await talk.until('the laptop has read it', () => talk.texts().includes('hello'));
  const { messageId } = await before.send('laptop', { to: SHOP, text: 'hello yourself' });
  await shop.received({ id: messageId });
  await before.close();
  loseSessions(storage);

  const contents: OutgoingContentInput[] = [
    { kind: 'text', text: 'plain' },
    { kind: 'text', text: 'not so plain', quoted: messageId },
    { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'] },
    { kind: 'location', latitude: 48.2, longitude: 16.4 },
    { kind: 'reaction', target: messageId, emoji: '👍' },
  ];
  const sent: string[] = [];
  for (const content of contents) sent.push(await shop.send(content));
  await shop.restart();

  const after = await startManager(shop.simulator, { storage });
  const heard = watch(after, { startAt: 'beginning' });
  await stateOf(after, 'laptop', ({ name }) => name === 'connected');
  const kinds = () =>
    heard.events.flatMap((event) =>
      event.type === 'message' && sent.includes(event.payload.id) ? [event.payload.content.kind] : [],
    );
  await heard.until('all of it is read', () => kinds().length === sent.length);
  expect(kinds().toSorted()).toEqual(contents.map(({ kind }) => kind).toSorted());
  expect(asked).toEqual(expect.arrayContaining(sent));
});
