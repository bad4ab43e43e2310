import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulator, type Simulator } from './simulator.js';
import { connectedClients, pairedClient } from './test-client.js';
import { traceTo } from './trace.js';

const ANN = '15550100001';
const VERA = '15550100002';

let simulator: Simulator;

beforeEach(async () => {
  simulator = await createSimulator({ receiptDelayMs: 1 });
});

afterEach(async () => {
  for (const client of connectedClients) client.disconnect();
  connectedClients.clear();
  await simulator.close();
});

describe('An event that is waited for', () => {
  it('is the first that the predicate accepts', async () => {
    const linked = simulator.waitFor('paired', ({ phone }) => phone === ANN);
    const read = simulator.waitFor('receipt', ({ type, from }) => type === 'read' && from === VERA);
    const client = await pairedClient(simulator, ANN);
    expect(await linked).toMatchObject({ phone: ANN, deviceId: 1 });
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    const id = await client.send(contact.jid, 'hi');
    expect(await read).toMatchObject({ id, to: ANN });
  });

  it('says what came instead when it does not come', async () => {
    const listeners = simulator.listenerCount('message');
    const never = simulator.waitFor('message', ({ message }) => message.text === 'never', { timeoutMs: 300 });
    const ann = simulator.addContact({ phone: ANN, name: 'Ann' });
    simulator.addContact({ phone: VERA, name: 'Vera' });
    await ann.send(VERA, 'something else');
    await expect(never).rejects.toMatchObject({
      code: 'EVENT_TIMEOUT',
      message: expect.stringContaining('something else'),
    });
    const nothing = simulator.waitFor('call', undefined, { timeoutMs: 1 });
    await expect(nothing).rejects.toThrow('there was none at all');
    expect(simulator.listenerCount('message')).toBe(listeners);
  });
});

describe('A trace', () => {
  it('has a line for every stanza, with bytes shortened', async () => {
    const lines: string[] = [];
    const stop = traceTo(simulator, (line) => lines.push(line));
    const client = await pairedClient(simulator, ANN, 'Ann');
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    await client.send(contact.jid, 'hi');
    await contact.waitForMessage(({ text }) => text === 'hi');
    const trace = lines.join('\n');
    expect(trace).toMatch(/#1 not logged in {2}S>C {2}<iq [^>]*><pair-device><ref>\[\d+ bytes\]<\/ref>/);
    expect(trace).toMatch(/#2 15550100001:1@s.whatsapp.net {2}S>C {2}<success /);
    expect(trace).toMatch(/C>S {2}<message [^>]*to='\d+@\w/);
    expect(trace).not.toContain('undefined');
    stop();
    const { length } = lines;
    await client.send(contact.jid, 'unseen');
    expect(lines).toHaveLength(length);
  });
});
