import { actions } from '@wharf/core';
import { createSimulator, type Simulator } from '@wharf/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JPEG } from '../../actions/shop.js';
import { agent, startModel } from './agent.js';
import { Form } from './form.js';
import { N8nHost } from './host.js';
import { connectedSteps, type Step } from './operations.js';
import { readManifest } from './package.js';
import { type Execution, itemsOf, type Saved } from './rest.js';
import {
  ACTION,
  CREDENTIAL,
  connected,
  connections,
  credentialData,
  echo,
  linkByCode,
  operation,
  picked,
  runOperation,
  SHOP,
  type ShopCredential,
  TRIGGER,
  using,
  VERA,
} from './whatsapp.js';
import { chain, fan, node, start } from './workflows.js';

/** What the big workflow leaves out: sending, which has a form of its own, and the life of a device, which has a test of its own. */
const NOT_IN_ONE_GO = [
  'device.create',
  'device.login',
  'device.loginByCode',
  'device.getLogin',
  'device.cancelLogin',
  'device.logout',
  'device.start',
  'device.stop',
  'device.reconnect',
  'device.remove',
  'message.send',
];

describe('The package in a real n8n', { timeout: 240_000 }, () => {
  let simulator: Simulator;
  let host: N8nHost;
  let form: Form;
  let shop: ShopCredential;
  let answering: Saved;

  const vera = () => simulator.contact(VERA);

  beforeAll(async () => {
    simulator = await createSimulator({ receiptDelayMs: 20 });
    simulator.addContact({ phone: VERA, name: 'Vera' });
    host = await N8nHost.start({ endpoint: simulator.endpoint });
    const types = await host.rest.nodeTypes();
    form = new Form(types.find(({ name }) => name === ACTION) as never);
    shop = await host.rest.createCredential(CREDENTIAL, credentialData(host));
  }, 900_000);

  afterAll(async () => {
    await host?.remove();
    await simulator?.close();
  });

  it('loads every node, and makes tools of the action node', async () => {
    const manifest = await readManifest();
    const types = (await host.rest.nodeTypes()).map(({ name }) => String(name));
    const ours = types.filter((name) => name.startsWith(manifest.name));
    expect(ours).toEqual(expect.arrayContaining([ACTION, `${ACTION}Tool`, TRIGGER]));
    expect(host.main?.log).not.toMatch(/Error loading package|Failed to load/i);
  });

  it('tells by the test of the credential that there is no device, that it is not logged in, and who it is', async () => {
    const test = (data = credentialData(host)) => host.rest.testCredential(CREDENTIAL, data, shop);
    expect(await test()).toMatchObject({ status: 'Error', message: expect.stringContaining('"shop"') });
    const made = await runOperation(
      host,
      'device.create',
      shop,
      form.parameters('device.create', { id: 'shop' }),
    );
    expect(itemsOf(made, 'Operation')).toMatchObject([{ json: { id: 'shop' } }]);
    expect(await test()).toMatchObject({
      status: 'Error',
      message: expect.stringContaining('is not logged in'),
    });
    await linkByCode(host, simulator, shop);
    await expect
      .poll(() => test())
      .toMatchObject({ status: 'OK', message: expect.stringMatching(`${SHOP} and connected`) });
  });

  it('starts a workflow with a message, which answers it', async () => {
    answering = await host.rest.createWorkflow(answers('Answers'));
    await host.rest.activate(answering);
    await vera().send(SHOP, 'hi');
    await vera().waitForMessage(({ text }) => text === 'you said hi', { timeoutMs: 15_000 });
    const [execution] = await host.rest.waitForExecutions(answering, 1);
    expect(itemsOf(execution as Execution, 'WhatsApp')).toMatchObject([
      { json: { text: 'hi', name: 'Vera', phone: VERA, chat: `${VERA}@s.whatsapp.net` } },
    ]);
  });

  it('keeps one connection over deactivation, activation and a new version', async () => {
    const before = connections(simulator);
    await host.rest.deactivate(answering);
    await host.rest.activate(answering);
    answering = { ...answering, ...(await host.rest.updateWorkflow(answering, answers('Answers more'))) };
    await host.rest.activate(answering);
    await vera().send(SHOP, 'still there?');
    await vera().waitForMessage(({ text }) => text === 'you said still there?', { timeoutMs: 15_000 });
    expect(connections(simulator)).toEqual(before);
  });

  it('finds chats and contacts for the lists of the form', async () => {
    const one = operation('Get', 'chat.get', shop);
    expect(await host.rest.list(one, 'chat', 'searchChats')).toMatchObject([
      { name: expect.stringContaining('Vera'), value: `${VERA}@s.whatsapp.net` },
    ]);
    expect(await host.rest.list(one, 'contact', 'searchContacts', 'ver')).toHaveLength(1);
    expect(await host.rest.list(one, 'contact', 'searchContacts', 'nobody')).toEqual([]);
  });

  it('does every operation of the catalogue', async () => {
    const steps = connectedSteps(await scene());
    const execution = await host.rest.run(await host.rest.createWorkflow(everything(steps)), {});
    const went = steps.map(([name]) => [name, outcome(execution, name)]);
    expect(went).toEqual(steps.map(([name]) => [name, 'ok']));
    const done = new Set(steps.map(([name]) => name));
    expect(Object.keys(actions).filter((name) => !done.has(name))).toEqual(NOT_IN_ONE_GO);
    expect(form.operations).toEqual(expect.arrayContaining(Object.keys(actions)));
  });

  /** The action node as a tool that an agent calls; what it says is the agent's. */
  const tool = (variant: 'Tool' | 'HitlTool', parameters: object) =>
    node(variant, {
      type: `${ACTION}${variant}`,
      parameters: { resource: 'message', to: picked(VERA), ...parameters },
      ...using(shop),
    });
  const sayTool = () =>
    tool('Tool', {
      operation: 'send',
      kind: 'text',
      text: "={{ $fromAI('text', 'what to say', 'string') }}",
      waitUntil: 'sent',
    });
  const modelThat = async (call: Record<string, unknown>) => {
    const { url } = await startModel(call);
    return host.rest.createCredential('openAiApi', { apiKey: 'none', url }, 'Model');
  };

  it('is a tool that an agent calls', async () => {
    const model = await modelThat({ text: 'we close at six' });
    const workflow = agent('Agent', model, [{ tool: sayTool(), of: 'Agent' }]);
    const execution = await host.rest.run(await host.rest.createWorkflow(workflow));
    expect(execution.status, JSON.stringify(execution.error)).toBe('success');
    await vera().waitForMessage(({ text }) => text === 'we close at six');
    expect(JSON.stringify(itemsOf(execution, 'Agent'))).toContain('messageId');
  });

  it('asks a person in the chat before an agent may use a tool', async () => {
    const model = await modelThat({ toolParameters: { text: 'we close at seven' } });
    const ask = tool('HitlTool', { operation: 'sendAndWait', responseType: 'approval', answerBy: 'poll' });
    const workflow = agent('Agent who asks', model, [
      { tool: ask, of: 'Agent' },
      { tool: sayTool(), of: 'HitlTool' },
    ]);
    const waiting = await host.rest.run(await host.rest.createWorkflow(workflow));
    expect(waiting.status, JSON.stringify(waiting.error)).toBe('waiting');
    const poll = await vera().waitForMessage(
      ({ content }) => content?.kind === 'poll' && content.options.includes('Approve'),
    );
    expect(vera().messages.some(({ text }) => text === 'we close at seven')).toBe(false);
    await vera().send(SHOP, { kind: 'vote', of: poll.id, options: ['Approve'] });
    await vera().waitForMessage(({ text }) => text === 'we close at seven', { timeoutMs: 20_000 });
    await host.rest.finished(waiting.id, /success/);
  });

  it('takes a device through its whole life', async () => {
    const phone = '15550007';
    const bar = await host.rest.createCredential(CREDENTIAL, credentialData(host, 'bar'), 'Bar');
    const done = async (action: string, input: Record<string, unknown> = {}) => {
      const fields = {
        ...form.parameters(action, input),
        ...(action === 'device.login' ? { showBy: 'picture' } : {}),
      };
      const execution = await runOperation(host, action, bar, fields);
      const [item] = itemsOf(execution, 'Operation');
      expect(item?.json, `${action}: ${JSON.stringify(execution.error)}`).toBeDefined();
      return item?.json ?? {};
    };
    const isState = (name: string) => ({ state: expect.objectContaining({ name }) });

    expect(await done('device.create', { id: 'bar', name: 'The bar' })).toMatchObject({ id: 'bar' });
    expect(await done('device.login')).toMatchObject({ type: 'qr' });
    expect(await done('device.getLogin')).toMatchObject({ type: 'qr' });
    expect(await done('device.cancelLogin')).toMatchObject(isState('disconnected'));
    await linkByCode(host, simulator, bar, phone);
    expect(await done('device.stop')).toMatchObject(isState('disconnected'));
    await done('device.start');
    await connected(simulator, phone);
    const [before = 0] = connections(simulator, phone);
    await done('device.reconnect');
    await expect.poll(() => connections(simulator, phone)[0]).toBe(before + 1);
    await connected(simulator, phone);
    expect(await done('device.logout')).toMatchObject(isState('logged_out'));
    await done('device.remove', { deviceId: 'bar' });
    const left = itemsOf(await runOperation(host, 'device.list', shop), 'Operation');
    expect(left.map(({ json }) => json.id)).toEqual(['shop']);
  });

  it('is back after a restart, logged in, and starts one execution for each message of the meantime', async () => {
    const before = (await host.rest.executions(answering)).length;
    await host.main?.stop();
    const texts = [1, 2, 3].map((number) => `while away ${number}`);
    for (const text of texts) await vera().send(SHOP, text);
    await host.startMain();
    await host.rest.logIn();
    await connected(simulator);
    await vera().waitForMessage(({ text }) => text === 'you said while away 3', { timeoutMs: 20_000 });
    const executions = await host.rest.waitForExecutions(answering, before + 3);
    const heard = executions.flatMap((one) => itemsOf(one, 'WhatsApp').map(({ json }) => json.text));
    expect(new Set(executions.map(({ id }) => id)).size).toBe(executions.length);
    expect(heard.slice(before).sort()).toEqual(texts);
  });

  function answers(name: string) {
    const text = '=you said {{ $json.text }}';
    const fields = form.parameters('message.reply', { messageId: '={{ $json.messageId }}', text });
    return echo(name, shop, fields);
  }

  /** What the operations are about. */
  async function scene() {
    const walter = simulator.addContact({ phone: '15550008', name: 'Walter' });
    const paul = simulator.addContact({ phone: '15550006', name: 'Paul' });
    const group = simulator.groups.create({ by: VERA, subject: 'Dogs', members: [walter.phone] });
    const channel = simulator.newsletters.create({ by: VERA, name: 'Cat news' });
    await vera().send(channel.jid, 'first');
    const say = async (content: Parameters<ReturnType<typeof vera>['send']>[1]) =>
      (await vera().send(SHOP, content)).id;
    const told = {
      text: await say('are you open?'),
      poll: await say({ kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'] }),
      event: await say({ kind: 'event', name: 'Party', startAt: Date.UTC(2030, 0, 1) }),
    };
    const data = Buffer.from(JPEG, 'base64');
    const picture = (await vera().attachments.send(SHOP, { kind: 'image', data })).id;
    await vera().send(SHOP, 'that was all');
    await vera().waitForMessage(({ text }) => text === 'you said that was all', { timeoutMs: 20_000 });
    return {
      ...told,
      picture,
      vera: vera().jid,
      walter: walter.jid,
      paul: paul.jid,
      invite: group.inviteCode,
      channel: channel.jid,
      callId: vera().calls.offer(SHOP).id,
    };
  }

  /** All steps one after the other, whatever becomes of each, with a picture at hand. */
  function everything(steps: readonly Step[]) {
    const picture = node('Base64', {
      type: 'n8n-nodes-base.set',
      typeVersion: 3.4,
      parameters: { mode: 'raw', jsonOutput: JSON.stringify({ data: JPEG }) },
    });
    const file = node('File', {
      type: 'n8n-nodes-base.convertToFile',
      typeVersion: 1.1,
      parameters: { operation: 'toBinary', sourceProperty: 'data', options: { mimeType: 'image/jpeg' } },
    });
    const nodes = steps.map(([name, input]) =>
      node(name, {
        type: ACTION,
        parameters: form.parameters(name, input),
        onError: 'continueRegularOutput',
        ...using(shop),
      }),
    );
    return fan(chain('Everything', start(), picture, file), nodes);
  }
});

/** "ok", or what went wrong. */
function outcome(execution: Execution, name: string): string {
  const run = execution.runData[name]?.[0];
  if (!run) return `did not run: ${JSON.stringify(execution.error ?? execution.status)}`;
  const [item] = itemsOf(execution, name);
  const wrong = run.error?.message ?? item?.error?.message ?? item?.json.error;
  return wrong ? String(wrong) : 'ok';
}
