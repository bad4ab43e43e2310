import { createSimulator, type Simulator } from '@wharf/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FlowNode, NodeRedHost, record } from './host.js';

const PHONE = '491701234567';
const VERA = '491709999999';
const OLGA = '491708888888';

interface Recorded {
  payload: unknown;
  topic?: string;
  error?: { code: string; source: { id: string } };
  whatsapp?: {
    command?: { name: string; arguments: string[] };
    sent?: { messageId: string; state: string; delivery?: string };
    event?: string;
  };
}

/** An inject node wired to a node, whose outputs are recorded as `<id>`, `<id>-2` and so on. */
const driven = (id: string, node: Omit<FlowNode, 'id'> & { type: string }, outputs = 1): FlowNode[] => [
  { id: `go-${id}`, z: 'tab', type: 'inject', props: [{ p: 'payload', v: 'go', vt: 'str' }], wires: [[id]] },
  ...listened(id, node, outputs),
];

const listened = (id: string, node: Omit<FlowNode, 'id'> & { type: string }, outputs = 1): FlowNode[] => {
  const tags = Array.from({ length: outputs }, (_, index) => (index === 0 ? id : `${id}-${index + 1}`));
  return [
    { id, z: 'tab', device: 'device', ...node, wires: tags.map((tag) => [`seen-${tag}`]) },
    ...tags.map((tag) => record(`seen-${tag}`, tag)),
  ];
};

const str = (value: string) => ({ value, type: 'str' });
const png = `data:image/png;base64,${Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082', 'hex').toString('base64')}`;

const flows = (): FlowNode[] => [
  { id: 'tab', type: 'tab', label: 'Test' },
  { id: 'device', type: 'wharf-device', name: 'Test', deviceId: 'phone-1', version: 1 },
  ...listened(
    'by-kind',
    {
      type: 'wharf-message-in',
      kinds: ['text', 'image'],
      splitKinds: true,
      allowed: [VERA],
      outputs: 3,
      version: 2,
    },
    3,
  ),
  ...listened('events', { type: 'wharf-state-in', events: ['message.delivery'], scope: 'one', version: 1 }),
  ...listened(
    'order',
    { type: 'wharf-command', pattern: 'order, menu', hasAnswer: true, outputs: 2, version: 1 },
    2,
  ),
  ...driven('poll', {
    type: 'wharf-send',
    to: VERA,
    toType: 'str',
    kind: 'poll',
    fields: { name: str('Lunch?'), options: str('Yes, No') },
    waitUntil: 'delivered',
    version: 2,
  }),
  ...driven('image', {
    type: 'wharf-send',
    to: VERA,
    toType: 'str',
    kind: 'image',
    fields: { media: str(png), caption: str('a pixel') },
    version: 2,
  }),
  ...driven(
    'ask',
    { type: 'wharf-ask', to: VERA, toType: 'str', question: 'How many?', questionType: 'str', version: 1 },
    2,
  ),
  ...driven(
    'vote',
    {
      type: 'wharf-ask',
      to: VERA,
      toType: 'str',
      question: 'Which?',
      questionType: 'str',
      how: 'poll',
      options: 'Red, Blue',
      version: 1,
    },
    2,
  ),
  ...driven(
    'late',
    {
      type: 'wharf-ask',
      to: OLGA,
      toType: 'str',
      question: 'Anybody?',
      questionType: 'str',
      timeout: 1,
      version: 1,
    },
    2,
  ),
  ...driven('group', {
    type: 'wharf-action',
    action: 'group.create',
    fields: { subject: str('Cats'), participants: str(`+${VERA}`) },
    version: 1,
  }),
  ...driven('bad', { type: 'wharf-action', action: 'group.create', fields: {}, version: 1 }),
  { id: 'catch', z: 'tab', type: 'catch', scope: null, wires: [['caught']] },
  record('caught', 'caught'),
];

describe('The nodes in a real Node-RED', { timeout: 60_000 }, () => {
  let simulator: Simulator;
  let host: NodeRedHost;

  beforeAll(async () => {
    simulator = await createSimulator({ receiptDelayMs: 20 });
    host = await NodeRedHost.start({
      endpoint: simulator.endpoint,
      caCertificate: simulator.caCertificate,
    });
    await host.link('phone-1', (qr) => simulator.scan(qr, { phone: PHONE, name: 'Ada' }));
    await host.json('POST', 'wharf-device/phone-1/settings', { pacing: { enabled: false } });
    await host.deploy(flows());
    simulator.addContact({ phone: VERA, name: 'Vera' });
    simulator.addContact({ phone: OLGA, name: 'Olga' });
  }, 60_000);

  afterAll(async () => {
    await host?.remove();
    await simulator?.close();
  });

  const says = (phone: string, what: Parameters<ReturnType<Simulator['contact']>['send']>[1]) =>
    simulator.contact(phone).send(PHONE, what);
  const hears = (phone: string, wanted: string) =>
    simulator.contact(phone).waitForMessage(({ text }) => text === wanted);
  const nextOf = async (tag: string, act: () => Promise<unknown>) => {
    const count = (await host.recorded(tag)).length;
    await act();
    const entries = await host.waitForRecorded<Recorded>(tag, count + 1);
    expect(entries).toHaveLength(count + 1);
    return entries.at(-1) as Recorded;
  };

  it('message in parts kinds, and keeps who is not allowed apart', async () => {
    expect(await nextOf('by-kind', () => says(VERA, 'hi'))).toMatchObject({ payload: 'hi' });
    const image = { kind: 'image' as const, data: Buffer.from(png.split(',')[1] ?? '', 'base64') };
    const second = await nextOf('by-kind-2', () => simulator.contact(VERA).attachments.send(PHONE, image));
    expect(second).toMatchObject({ payload: { kind: 'image' } });
    expect(await nextOf('by-kind-3', () => says(OLGA, 'me too'))).toMatchObject({ payload: 'me too' });
  });

  it('command has the words after it, and at the second output what is said next', async () => {
    const given = await nextOf('order', () => says(VERA, '/Order 2 "big ones"'));
    expect(given).toMatchObject({
      payload: '2 "big ones"',
      whatsapp: { command: { name: 'order', arguments: ['2', 'big ones'] } },
    });
    await host.deploy(flows());
    await says(OLGA, 'not asked');
    expect(await nextOf('order-2', () => says(VERA, 'with cheese'))).toMatchObject({
      payload: 'with cheese',
      whatsapp: { command: { name: 'order' } },
    });
    await nextOf('by-kind', () => says(VERA, 'no answer any more'));
    expect(await host.recorded('order-2')).toHaveLength(1);
  });

  it('send sends every kind from its form, and waits until it is delivered', async () => {
    const poll = await nextOf('poll', () => host.inject('go-poll'));
    expect(poll.whatsapp?.sent).toMatchObject({ state: 'sent' });
    expect(['delivered', 'read']).toContain(poll.whatsapp?.sent?.delivery);
    await nextOf('image', () => host.inject('go-image'));
    const { messages } = simulator.contact(VERA);
    expect(messages.slice(-2)).toMatchObject([
      { content: { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'] } },
      { kind: 'imageMessage', text: 'a pixel' },
    ]);
  });

  it('state in tells of other events on request', async () => {
    const told = await host.waitForRecorded<Recorded>('events', 1);
    expect(told[0]).toMatchObject({
      payload: { delivery: expect.any(String) },
      whatsapp: { event: 'message.delivery' },
    });
  });

  it('ask goes on with the answer, also after a deploy in between', async () => {
    await host.inject('go-ask');
    await hears(VERA, 'How many?');
    await host.deploy(flows());
    expect(await nextOf('ask', () => says(VERA, 'three'))).toMatchObject({ payload: 'three' });
  });

  it('ask takes the vote of a poll', async () => {
    await host.inject('go-vote');
    const { id } = await simulator
      .contact(VERA)
      .waitForMessage(({ content }) => content?.kind === 'poll' && content.name === 'Which?');
    const vote = { kind: 'vote' as const, of: id, options: ['Blue'] };
    expect(await nextOf('vote', () => says(VERA, vote))).toMatchObject({ payload: 'Blue' });
  });

  it('ask goes on at the second output when nobody answers in time', async () => {
    expect(await nextOf('late-2', () => host.inject('go-late'))).toMatchObject({ payload: 'go' });
    expect(await host.recorded('late')).toEqual([]);
  });

  it('action does what its form says, and fails with the code and the field', async () => {
    const created = await nextOf('group', () => host.inject('go-group'));
    expect(created.payload).toMatchObject({ subject: 'Cats' });
    const caught = await nextOf('caught', () => host.inject('go-bad'));
    expect(caught.error).toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('option: subject'),
      source: { id: 'bad' },
    });
  });

  it('the pickers find a chat by a part of its name', async () => {
    const found = await host.json<{ jid: string; name: string }[]>(
      'GET',
      'wharf-device/phone-1/chats?search=ver',
    );
    expect(found).toEqual([{ jid: expect.stringContaining(VERA), name: 'Vera' }]);
  });

  it('login and logout manage a device by message, by pairing code and by QR', async () => {
    const manage: FlowNode[] = [
      ...driven(
        'code',
        { type: 'wharf-login', device: '', method: 'code', phone: OLGA, phoneType: 'str', version: 1 },
        2,
      ),
      ...driven('scan', { type: 'wharf-login', device: '', version: 1 }, 2),
      ...driven('out', { type: 'wharf-logout', device: '', version: 1 }),
    ].map((node) =>
      node.type === 'inject'
        ? { ...node, props: [{ p: 'payload' }, { p: 'device', v: 'by-message', vt: 'str' }] }
        : node,
    );
    await host.deploy([...flows(), ...manage]);
    for (const login of ['code', 'scan']) {
      const { payload } = await nextOf(login, () => host.inject(`go-${login}`));
      const { qr, code } = payload as { qr?: string; code?: string };
      const linked = () =>
        code === undefined
          ? simulator.scan(qr ?? '', { phone: OLGA })
          : simulator.enterCode(code, { phone: OLGA });
      expect(await nextOf(`${login}-2`, linked)).toMatchObject({
        topic: 'connected',
        payload: { id: 'by-message', account: { phone: OLGA } },
      });
      const left = await nextOf('out', () => host.inject('go-out'));
      expect(left).toMatchObject({ payload: { state: { name: 'logged_out' } } });
    }
    expect(host.isAlive).toBe(true);
  });

  it('lists every device with what waits and what last went wrong', async () => {
    const devices = await host.json<{ id: string }[]>('GET', 'wharf-device');
    expect(devices.find(({ id }) => id === 'phone-1')).toMatchObject({
      state: { name: 'connected' },
      queued: 0,
      lastError: { code: 'OPTION_INVALID' },
    });
  });
});
