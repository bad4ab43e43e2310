import { type DeviceInfo, type Manager, WharfError } from '@wharf/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection } from './connect.js';

/** As much of a manager as a connection uses; `calls` tells what it was asked to do, in order. */
class FakeManager {
  readonly calls: string[] = [];
  readonly devices = new Map<string, Partial<DeviceInfo>>();

  async getDevice(id: string) {
    const device = this.devices.get(id);
    if (!device) throw new WharfError('DEVICE_NOT_FOUND');
    return device;
  }
  async createDevice({ id }: { id: string }) {
    this.calls.push(`create ${id}`);
    this.devices.set(id, {});
    return {};
  }
  async startDevice(id: string) {
    this.calls.push(`start ${id}`);
  }
  async stopDevice(id: string) {
    this.calls.push(`stop ${id}`);
  }
  async removeDevice(id: string) {
    this.calls.push(`remove ${id}`);
    this.devices.delete(id);
  }
}

const silent = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

let manager: FakeManager;
let connection: Connection;
let opened: number;

beforeEach(() => {
  vi.useFakeTimers();
  manager = new FakeManager();
  opened = 0;
  const open = async () => {
    opened += 1;
    const release = async () => void manager.calls.push('release');
    return { manager: manager as unknown as Manager, release };
  };
  connection = new Connection(open, silent);
});

afterEach(() => {
  vi.useRealTimers();
});

describe('A connection', () => {
  it('opens the manager when it is first needed, once', async () => {
    expect(opened).toBe(0);
    await Promise.all([connection.manager(), connection.ensure('a'), connection.ensure('a')]);
    expect(opened).toBe(1);
    expect(manager.calls).toEqual(['create a']);
  });

  it('tries again after it could not open the manager', async () => {
    const open = vi
      .fn()
      .mockRejectedValueOnce(new WharfError('STORAGE_NOT_WRITABLE'))
      .mockResolvedValue({ manager });
    connection = new Connection(open, silent);
    await expect(connection.manager()).rejects.toThrow('storage folder');
    expect(await connection.manager()).toBe(manager);
  });

  it('keeps a device connected when its node is back within the linger time', async () => {
    connection.claim('a', 'node');
    await connection.start('a');
    await connection.release('a', 'node', false);
    await vi.advanceTimersByTimeAsync(9_000);
    connection.claim('a', 'node');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(manager.calls).toEqual(['create a', 'start a']);
  });

  it('stops a device whose node does not come back', async () => {
    connection.claim('a', 'node');
    await connection.release('a', 'node', false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(manager.calls).toEqual(['stop a']);
  });

  it('stops a device at once when its node comes back with another one, or is removed', async () => {
    connection.claim('a', 'node');
    await connection.release('a', 'node', false);
    connection.claim('b', 'node');
    await vi.advanceTimersByTimeAsync(0);
    expect(manager.calls).toEqual(['stop a']);
    await connection.release('b', 'node', true);
    expect(manager.calls).toEqual(['stop a', 'stop b']);
  });

  it('refuses a second node, whose close then changes nothing', async () => {
    expect(connection.claim('a', 'first')).toBeUndefined();
    expect(connection.claim('a', 'second')).toBe('first');
    await connection.release('a', 'second', true);
    expect(manager.calls).toEqual([]);
    expect(connection.claim('a', 'second')).toBe('first');
  });

  it('lets another node adopt a device that lingers', async () => {
    connection.claim('a', 'first');
    await connection.release('a', 'first', false);
    expect(connection.claim('a', 'second')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(manager.calls).toEqual([]);
  });

  it('removes a draft that was never linked, stops one that was, and leaves every other device alone', async () => {
    await connection.ensure('never linked');
    await connection.ensure('linked');
    manager.devices.set('linked', { account: { jid: 'x', phone: '1' } as never });
    await connection.ensure('deployed');
    connection.claim('deployed', 'node');
    manager.calls.length = 0;
    for (const id of ['never linked', 'linked', 'deployed', 'unknown']) await connection.discardDraft(id);
    expect(manager.calls).toEqual(['remove never linked', 'stop linked']);
  });

  it('releases the manager once when the process ends, and stops no device for it', async () => {
    connection.claim('a', 'node');
    connection.claim('b', 'other');
    await connection.manager();
    await connection.beginShutdown();
    expect(manager.calls).toEqual([]);
    await Promise.all([connection.release('a', 'node', false), connection.release('b', 'other', false)]);
    expect(manager.calls).toEqual(['release']);
  });

  it('does not hold up the end of the process when the manager hangs', async () => {
    const release = () => new Promise<void>(() => undefined);
    connection = new Connection(async () => ({ manager: manager as unknown as Manager, release }), silent);
    await connection.manager();
    connection.claim('a', 'node');
    await connection.beginShutdown();
    const released = connection.release('a', 'node', false);
    await vi.advanceTimersByTimeAsync(3_000);
    await released;
  });
});
