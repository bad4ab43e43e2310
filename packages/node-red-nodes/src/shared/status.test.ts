import type { DeviceState } from '@wharf/core';
import { expect, it } from 'vitest';
import locale from './locale.en-US.json' with { type: 'json' };
import { Badge, statusOf } from './status.js';

it.each<[DeviceState, string]>([
  [{ name: 'connected', isSyncing: false }, 'green dot connected'],
  [{ name: 'connecting', step: 'dialing' }, 'yellow ring connecting'],
  [{ name: 'connecting', step: 'pairing' }, 'yellow ring scan QR'],
  [{ name: 'reconnecting', reason: 'connection_lost', attempt: 1 }, 'yellow ring reconnecting'],
  [{ name: 'disconnected', reason: 'stopped' }, 'red ring disconnected'],
  [{ name: 'reconnecting', reason: 'in_use', attempt: 1 }, 'red ring in use elsewhere'],
  [{ name: 'disconnected', reason: 'created' }, 'grey ring not linked'],
  [{ name: 'disconnected', reason: 'login_cancelled' }, 'grey ring not linked'],
  [{ name: 'disconnected', reason: 'banned' }, 'red ring banned'],
  [{ name: 'disconnected', reason: 'replaced' }, 'red ring replaced'],
  [{ name: 'logged_out', reason: 'unlinked_from_phone' }, 'red ring logged out'],
])('The badge of %o is a %s', (state, expected) => {
  const { fill, shape, text = '' } = statusOf(state);
  const texts = new Map(Object.entries(locale.status).map(([key, value]) => [`status.${key}`, value]));
  expect(`${fill} ${shape} ${texts.get(text)}`).toBe(expected);
});

it('A badge is set only when it changes', () => {
  const set: string[] = [];
  const badge = new Badge({ status: (status) => void set.push(JSON.stringify(status)) });
  badge.showDevice({ text: 'a' });
  badge.showDevice({ text: 'a' });
  badge.showOwn({ text: 'b' });
  badge.showDevice({ text: 'c' });
  badge.showOwn(undefined);
  expect(set).toEqual(['{"text":"a"}', '{"text":"b"}', '{"text":"c"}']);
});
