import { join } from 'node:path';
import { createSimulator, type Simulator } from '@wharf/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Form } from './form.js';
import { N8nHost } from './host.js';
import type { ServerProcess } from './process.js';
import { itemsOf, type Saved } from './rest.js';
import { type QueueServers, startQueueServers } from './servers.js';
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
  trigger,
  VERA,
} from './whatsapp.js';
import { chain } from './workflows.js';

const BAR = '15550002';

describe('The package in n8n in queue mode', { timeout: 240_000 }, () => {
  let simulator: Simulator;
  let servers: QueueServers;
  let host: N8nHost;
  let form: Form;
  let shop: ShopCredential;
  let answering: Saved;

  const vera = () => simulator.contact(VERA);
  const answered = (text: string) =>
    vera().waitForMessage((message) => message.text === `you said ${text}`, { timeoutMs: 60_000 });
  /** What Vera has got, in order. */
  const answers = () => vera().messages.flatMap(({ fromMe, text }) => (fromMe ? [] : [text]));

  beforeAll(async () => {
    simulator = await createSimulator({ receiptDelayMs: 20 });
    simulator.addContact({ phone: VERA, name: 'Vera' });
    servers = await startQueueServers();
    host = await N8nHost.start({ endpoint: simulator.endpoint, env: servers.env });
    const types = await host.rest.nodeTypes();
    form = new Form(types.find(({ name }) => name === ACTION) as never);
    shop = await host.rest.createCredential(CREDENTIAL, credentialData(host));
    await Promise.all([host.startWorker(), host.startWorker()]);
  }, 900_000);

  afterAll(async () => {
    await host?.remove();
    await servers?.stop();
    await simulator?.close();
  });

  it('listens in the main process and sends in workers, through one connection', async () => {
    await runOperation(host, 'device.create', shop, form.parameters('device.create', { id: 'shop' }));
    await linkByCode(host, simulator, shop);
    const text = '=you said {{ $json.text }}';
    const reply = form.parameters('message.reply', {
      messageId: '={{ $json.messageId }}',
      text,
      waitFor: 'sent',
    });
    answering = await host.rest.createWorkflow(echo('Answers', shop, reply));
    await host.rest.activate(answering);
    const before = connections(simulator);
    const texts = Array.from({ length: 10 }, (_, index) => `question ${index}`);
    for (const one of texts) await vera().send(SHOP, one);
    for (const one of texts) await answered(one);
    expect(answers().toSorted()).toEqual(texts.map((one) => `you said ${one}`).toSorted());
    const executions = await host.rest.waitForExecutions(answering, texts.length);
    expect(executions.map((one) => itemsOf(one, 'WhatsApp')[0]?.json.text).toSorted()).toEqual(texts);
    expect(host.workers.map(ranSomething)).toContain(true);
    expect(connections(simulator)).toEqual(before);
  });

  it('resumes what a worker has asked in the chat, and the main process has never heard of', async () => {
    const folder = join(host.userFolder, 'other-devices');
    const bar = await host.rest.createCredential(
      CREDENTIAL,
      { deviceId: 'bar', runsIn: 'n8n', storage: folder, encryptionSecret: 'a passphrase for the bar' },
      'Bar',
    );
    await linkByCode(host, simulator, bar, BAR);
    const question = operation('Ask', 'message.sendAndWait', bar, {
      to: picked(VERA),
      message: 'May it go out?',
      responseType: 'approval',
      answerBy: 'poll',
    });
    const asking = await host.rest.createWorkflow(
      chain('Asks', trigger(shop, { events: ['message'] }), question),
    );
    await host.rest.activate(asking);
    await vera().send(SHOP, 'may it?');
    const poll = await vera().waitForMessage(({ kind }) => kind.startsWith('pollCreationMessage'), {
      timeoutMs: 30_000,
    });
    await host.rest.deactivate(asking);
    await vera().send(BAR, { kind: 'vote', of: poll.id, options: ['Approve'] });
    const [execution] = await host.rest.waitForExecutions(asking, 1, 60_000);
    expect(execution?.runData.Ask?.at(-1)?.data?.main?.[0]?.[0]?.json).toMatchObject({
      data: { approved: true },
    });
    await answered('may it?');
  });

  it('starts one execution for each message of the time after a kill -9 of the main process', async () => {
    const before = (await host.rest.executions(answering)).length;
    await vera().send(SHOP, 'just before');
    await host.main?.kill();
    const texts = [1, 2, 3, 4, 5].map((number) => `while away ${number}`);
    for (const one of texts) await vera().send(SHOP, one);
    await host.startMain();
    await host.rest.logIn();
    await connected(simulator);
    for (const one of ['just before', ...texts]) await answered(one);
    const executions = await host.rest.waitForExecutions(answering, before + 6, 60_000);
    const heard = executions.slice(before).map((one) => itemsOf(one, 'WhatsApp')[0]?.json.text);
    expect(heard.toSorted()).toEqual(['just before', ...texts].toSorted());
    const repeated = answers().filter((one, index, all) => all.indexOf(one) !== index);
    expect(repeated).toEqual([]);
  });

  it('sends a message once when the worker is killed in the middle of sending it', async () => {
    // What the server says comes late, so that the worker waits for the acknowledgement of what has gone out.
    const late = simulator.faults.add({ kind: 'latency', ms: 4_000 });
    await vera().send(SHOP, 'kill me');
    await answered('kill me');
    await Promise.all(host.workers.splice(0).map((worker) => worker.kill()));
    simulator.faults.remove(late.id);
    await Promise.all([host.startWorker(), host.startWorker()]);
    const last = (await host.rest.executions(answering)).at(-1);
    await host.rest.finished(last?.id ?? '', /success|error|crashed|canceled/, 100_000);
    expect(answers().filter((one) => one === 'you said kill me')).toHaveLength(1);
  });
});

/** Whether an execution was worked on in this process. */
const ranSomething = ({ log }: ServerProcess) => /Worker (started|finished) execution/.test(log);
