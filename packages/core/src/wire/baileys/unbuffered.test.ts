import { makeEventBuffer } from '@whiskeysockets/baileys/lib/Utils/event-buffer.js';
import { expect, it } from 'vitest';
import { silentBaileysLogger } from './silent-logger.js';
import { hearUnbuffered } from './unbuffered.js';

it('hears of both updates of a message, in order, where the buffer keeps the later one', () => {
  const ev = makeEventBuffer(silentBaileysLogger);
  const buffered: unknown[] = [];
  const heard: unknown[] = [];
  ev.on('messages.update', (updates) => buffered.push(...updates.map(({ update }) => update.status)));
  hearUnbuffered(ev, 'messages.update', (updates) => {
    heard.push(...updates.map(({ update }) => update.status));
  });
  ev.buffer();
  for (const status of [4, 3])
    ev.emit('messages.update', [{ key: { id: 'M1', remoteJid: '1@s.whatsapp.net' }, update: { status } }]);
  expect(heard).toEqual([4, 3]);
  ev.flush();
  expect(buffered).toEqual([3]);
});
