import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type NodeLife, type NodeType, readConfig } from './define-node.js';
import { FakeNodeRed } from './fake-node-red.js';

const schema = z.object({ text: z.string().default('default') });

async function create(setUp: (life: NodeLife) => void, definition = {}) {
  const red = new FakeNodeRed();
  red.define({ type: 'wharf-test', version: 1, config: schema, setUp });
  return red.create(definition);
}

describe('A message', () => {
  it('is answered and done once', async () => {
    const node = await create((life) => life.onInput(async (message) => ({ ...message, answer: true })));
    expect(await node.receive({ payload: 1 })).toEqual([undefined]);
    expect(node.sent).toEqual([{ payload: 1, answer: true }]);
  });

  it.each([
    ['rejects', async () => Promise.reject(Object.assign(new Error('no'), { code: 'NO' }))],
    [
      'throws',
      () => {
        throw Object.assign(new Error('no'), { code: 'NO' });
      },
    ],
  ])('ends in one error with its code when the handler %s', async (_how, handler) => {
    const node = await create((life) => life.onInput(handler));
    expect(await node.receive({})).toEqual([expect.objectContaining({ message: 'no', code: 'NO' })]);
    expect(node.sent).toEqual([]);
    expect(node.statuses.at(-1)).toEqual({ fill: 'red', shape: 'ring', text: 'no' });
  });

  it('takes the error off the badge when it succeeds', async () => {
    const node = await create((life) => {
      life.badge.showDevice({ text: 'status.connected' });
      life.onInput(async (message) => {
        if (message.payload === 'bad') throw new Error('bad');
        return message;
      });
    });
    await node.receive({ payload: 'bad' });
    await node.receive({ payload: 'good' });
    expect(node.statuses.map(({ text }) => text)).toEqual([
      'status.connected',
      'unexpected',
      'status.connected',
    ]);
  });

  it('does not show a cause to the flow', async () => {
    const node = await create((life) =>
      life.onInput(() => Promise.reject(new Error('no', { cause: { key: 'secret' } }))),
    );
    const [error] = await node.receive({});
    expect(error).not.toHaveProperty('cause');
  });
});

describe('Work in the background', () => {
  it('that fails goes to the Catch nodes', async () => {
    const node = await create((life) => life.background(() => Promise.reject(new Error('no'))));
    await vi.waitFor(() => expect(node.errors).toEqual([expect.objectContaining({ code: 'UNEXPECTED' })]));
  });

  it('that fails after the node has closed says nothing', async () => {
    let fail = (_error: Error): void => undefined;
    const work = new Promise<void>((_resolve, reject) => {
      fail = reject;
    });
    const node = await create((life) => life.background(() => work));
    await node.close();
    fail(new Error('late'));
    await work.catch(() => undefined);
    expect(node.errors).toEqual([]);
  });
});

describe('A close', () => {
  it('undoes what the node owns, the last first, and is told whether the node was removed', async () => {
    const undone: string[] = [];
    const node = await create((life) => {
      life.owns((isRemoved) => undone.push(`first ${isRemoved}`));
      life.owns(() => {
        throw new Error('cannot');
      });
      life.owns(async () => undone.push('last'));
    });
    await node.close(true);
    expect(undone).toEqual(['last', 'first true']);
    expect(node.warnings).toEqual(['cannot']);
  });

  it('ends in time whatever hangs', async () => {
    vi.useFakeTimers();
    try {
      const node = await create((life) => life.owns(() => new Promise(() => undefined)));
      const closed = node.close();
      await vi.advanceTimersByTimeAsync(4_000);
      await closed;
    } finally {
      vi.useRealTimers();
    }
  });

  it('undoes at once what is taken charge of too late', async () => {
    let life: NodeLife | undefined;
    const node = await create((created) => {
      life = created;
    });
    await node.close();
    const dispose = vi.fn();
    life?.owns(dispose);
    expect(dispose).toHaveBeenCalledOnce();
  });
});

describe('Settings', () => {
  const nodeType: NodeType<{ text: string }> = {
    type: 'wharf-test',
    version: 2,
    config: schema,
    upgrade: (saved, fromVersion) => ({ text: `${String(saved.old)} from ${fromVersion}` }),
    setUp: () => undefined,
  };

  it('get their defaults', () => {
    expect(readConfig(nodeType, { version: 2 })).toEqual({ text: 'default' });
  });

  it('of an older version are upgraded', () => {
    expect(readConfig(nodeType, { old: 'x' })).toEqual({ text: 'x from 1' });
  });

  it('that cannot be read are reported on the node', async () => {
    const node = await create(() => undefined, { text: 7 });
    await vi.waitFor(() =>
      expect(node.errors).toEqual([expect.objectContaining({ code: 'OPTION_INVALID' })]),
    );
  });
});
