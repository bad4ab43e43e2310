import type { DeviceHost, EventHandler, WharfEvent } from '@wharf/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { actionNode } from './nodes/action/runtime.js';
import { askNode } from './nodes/ask/runtime.js';
import { commandNode } from './nodes/command/runtime.js';
import { deviceNode } from './nodes/device/runtime.js';
import { loginNode } from './nodes/login/runtime.js';
import { logoutNode } from './nodes/logout/runtime.js';
import { messageInNode } from './nodes/message-in/runtime.js';
import { sendNode } from './nodes/send/runtime.js';
import { stateInNode } from './nodes/state-in/runtime.js';
import { Connection } from './shared/connect.js';
import type { NodeType } from './shared/define-node.js';
import { FakeNodeRed } from './shared/fake-node-red.js';

/** What a library may do at any moment. */
const failure = Object.assign(new Error('no'), { code: 'INJECTED' });
const throwing = () => {
  throw failure;
};
const rejecting = () => Promise.reject(failure);

const silent = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const connectionTo = (fail: () => Promise<never>) => new Connection(fail, silent);

let unhandled: unknown[];
const note = (reason: unknown) => void unhandled.push(reason);

beforeEach(() => {
  unhandled = [];
  process.on('unhandledRejection', note);
});

afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

/** A config node whose host does as the test says. */
function slotOf(host: Partial<DeviceHost> | (() => Promise<never>)) {
  return {
    slot: {
      deviceId: 'phone',
      host: typeof host === 'function' ? host : async () => host,
      watch: () => () => undefined,
      noteFailure: () => undefined,
    },
  };
}

const inputNodes: [string, (connection: Connection) => NodeType<never>][] = [
  ['send', sendNode as never],
  ['ask', askNode as never],
  ['action', actionNode as never],
  ['login', loginNode as never],
  ['logout', logoutNode as never],
];

describe.each(inputNodes)('A failure in the input handler of %s', (_name, make) => {
  const settings = { device: 'config', to: '+491701234567', action: 'chat.list', version: 2 };

  it.each([
    ['a host that cannot be had', rejecting],
    ['calls that reject', { act: rejecting, send: rejecting, waitForSend: rejecting, consume: throwing }],
    ['calls that throw', { act: throwing, send: throwing, waitForSend: throwing, consume: throwing }],
  ])('by %s ends in done with the code, once, and in no answer', async (_how, host) => {
    const red = new FakeNodeRed();
    red.configNodes.set('config', slotOf(host as Partial<DeviceHost>));
    red.define(make(connectionTo(rejecting)));
    const node = await red.create(settings);
    expect(await node.receive({ payload: 'hi' })).toEqual([expect.objectContaining({ code: 'INJECTED' })]);
    expect(node.sent).toEqual([]);
    await node.close();
  });
});

const message: Partial<WharfEvent> = {
  type: 'message',
  id: 'e1',
  payload: {
    id: 'M1',
    chat: '491701234567@s.whatsapp.net',
    isGroup: false,
    isFromMe: false,
    sender: { jid: '491701234567@s.whatsapp.net' },
    content: { kind: 'text', text: '/go' },
    at: 1,
    isOffline: false,
  } as never,
};
const state: Partial<WharfEvent> = {
  type: 'device.state',
  id: 'e2',
  payload: {
    state: { name: 'connected', isSyncing: false },
    previous: { name: 'connecting', step: 'dialing' },
  },
};

const listeners: [string, (connection: Connection) => NodeType<never>, Partial<WharfEvent>][] = [
  ['message in', () => messageInNode as never, message],
  ['command', commandNode as never, message],
  ['state in', stateInNode as never, state],
];

describe.each(listeners)('A failure in the event handler of %s', (_name, make, event) => {
  it('goes to the Catch nodes with its code, and the reader goes on', async () => {
    const red = new FakeNodeRed();
    let handler: EventHandler | undefined;
    const consume = (_request: object, given: EventHandler) => {
      handler = given;
      return { name: 'x', stop: rejecting };
    };
    red.configNodes.set('config', slotOf({ consume, deleteConsumer: rejecting } as Partial<DeviceHost>));
    red.define(make(connectionTo(rejecting)));
    const node = await red.create({ device: 'config', pattern: 'go' });
    await vi.waitFor(() => expect(handler).toBeDefined());
    red.failsToSend = failure;
    await handler?.(event as WharfEvent);
    await vi.waitFor(() => expect(node.errors).toEqual([expect.objectContaining({ code: 'INJECTED' })]));
    red.failsToSend = undefined;
    await handler?.(event as WharfEvent);
    expect(node.sent).toHaveLength(1);
    // What goes wrong while it closes is a warning; the close ends all the same.
    await node.close(true);
    expect(node.warnings).toEqual(['no']);
  });

  it('that is a device that cannot be had goes there as well', async () => {
    const red = new FakeNodeRed();
    red.configNodes.set('config', slotOf(rejecting));
    red.define(make(connectionTo(rejecting)));
    const node = await red.create({ device: 'config', pattern: 'go' });
    await vi.waitFor(() => expect(node.errors).toEqual([expect.objectContaining({ code: 'INJECTED' })]));
    await node.close();
  });
});

describe('A device node whose storage cannot be opened', () => {
  it('says so on its own, and to those who use it', async () => {
    const red = new FakeNodeRed();
    const connection = connectionTo(rejecting);
    red.define(deviceNode(connection));
    const node = await red.create({ deviceId: 'phone' });
    await vi.waitFor(() => expect(node.warnings).toEqual(['no']));
    expect(connection.lastErrors.get('phone')).toMatchObject({ code: 'INJECTED' });
    await node.close();
  });
});
