import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator, type Simulator } from '@wharf/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from '../../support/gateway-process.js';
import { Form } from './form.js';
import { N8nHost } from './host.js';
import { type Execution, itemsOf, type Saved } from './rest.js';
import {
  ACTION,
  CREDENTIAL,
  connections,
  echo,
  linkByCode,
  operation,
  picked,
  runOperation,
  SHOP,
  type ShopCredential,
  VERA,
} from './whatsapp.js';
import { chain, start } from './workflows.js';

describe('A device at a gateway, in a real n8n', { timeout: 120_000 }, () => {
  let simulator: Simulator;
  let storage: string;
  let gateway: GatewayProcess;
  let port = 0;
  let token = '';
  let host: N8nHost;
  let form: Form;
  let shop: ShopCredential;
  let answering: Saved;

  const vera = () => simulator.contact(VERA);
  const data = (more: object = {}) => ({
    deviceId: 'shop',
    runsIn: 'gateway',
    url: gateway.url,
    token,
    ...more,
  });
  const startGateway = async () => {
    gateway = await startGatewayProcess(storage, simulator.endpoint, { port, atEnd: () => undefined });
    port = Number(new URL(gateway.url).port);
    token = gateway.token ?? token;
  };
  const answered = (text: string) =>
    vera().waitForMessage((message) => message.text === `you said ${text}`, { timeoutMs: 30_000 });

  beforeAll(async () => {
    storage = await mkdtemp(join(tmpdir(), 'wharf-gateway-'));
    simulator = await createSimulator({ receiptDelayMs: 20 });
    simulator.addContact({ phone: VERA, name: 'Vera' });
    await startGateway();
    host = await N8nHost.start({ endpoint: simulator.endpoint });
    const types = await host.rest.nodeTypes();
    form = new Form(types.find(({ name }) => name === ACTION) as never);
    shop = await host.rest.createCredential(CREDENTIAL, data());
  }, 900_000);

  afterAll(async () => {
    await host?.remove();
    await gateway?.kill();
    await simulator?.close();
    await rm(storage, { recursive: true, force: true });
  });

  it.each([
    ['no address', { url: '' }, /enter the "Gateway URL"/],
    ['an address where nothing listens', { url: 'http://127.0.0.1:9' }, /gateway/i],
    ['a token that is not good', { token: 'wrong' }, /token/i],
    ['a device that is not there', {}, /There is no device "shop"/],
  ])('says by the test of the credential what is wrong: %s', async (_what, more, sentence) => {
    const verdict = await host.rest.testCredential(CREDENTIAL, data(more), shop);
    expect(verdict).toMatchObject({ status: 'Error', message: expect.stringMatching(sentence) });
  });

  it('is linked by a code, and the test of the credential says who it is', async () => {
    await linkByCode(host, simulator, shop);
    await expect
      .poll(() => host.rest.testCredential(CREDENTIAL, data(), shop))
      .toMatchObject({ status: 'OK', message: expect.stringMatching(`${SHOP} and connected`) });
    expect(existsSync(join(host.userFolder, '.n8n/wharf/wharf.db'))).toBe(false);
  });

  it('starts a workflow with a message, which answers it', async () => {
    const text = '=you said {{ $json.text }}';
    const fields = { messageId: '={{ $json.messageId }}', text, waitFor: 'sent' };
    answering = await host.rest.createWorkflow(
      echo('Answers', shop, form.parameters('message.reply', fields)),
    );
    await host.rest.activate(answering);
    await vera().send(SHOP, 'hi');
    await answered('hi');
    const [execution] = await host.rest.waitForExecutions(answering, 1);
    expect(itemsOf(execution as Execution, 'WhatsApp')).toMatchObject([
      { json: { text: 'hi', name: 'Vera' } },
    ]);
  });

  it('sends a file, and finds chats for the lists of the form', async () => {
    const sent = await runOperation(host, 'message.send', shop, {
      to: picked(VERA),
      kind: 'document',
      fileFrom: 'url',
      fileUrl: `data:text/plain;base64,${Buffer.from('the offer').toString('base64')}`,
      waitUntil: 'delivered',
    });
    expect(itemsOf(sent, 'Operation')).toMatchObject([{ json: { state: 'sent' } }]);
    const one = operation('Get', 'chat.get', shop);
    expect(await host.rest.list(one, 'chat', 'searchChats')).toMatchObject([
      { name: expect.stringContaining('Vera') },
    ]);
  });

  it('downloads a file that has come, into a binary field', async () => {
    const bytes = Buffer.from('a signed contract');
    const { id } = await vera().attachments.send(SHOP, {
      kind: 'document',
      data: bytes,
      fileName: 'contract.txt',
    });
    await host.rest.waitForExecutions(answering, 2);
    const fields = form.parameters('message.downloadMedia', { messageId: id });
    const execution = await runOperation(host, 'message.downloadMedia', shop, fields);
    const [item] = itemsOf(execution, 'Operation');
    expect(item?.binary, JSON.stringify(execution.error)).toMatchObject({
      data: { fileName: 'contract.txt', fileSize: `${bytes.length} B` },
    });
  });

  it('starts one execution for each message while the gateway is killed and started again', async () => {
    const before = (await host.rest.executions(answering)).length;
    const opened = connections(simulator).length;
    await vera().send(SHOP, 'before');
    await gateway.kill();
    for (const text of ['between 1', 'between 2']) await vera().send(SHOP, text);
    await startGateway();
    await vera().send(SHOP, 'after');
    const texts = ['before', 'between 1', 'between 2', 'after'];
    for (const text of texts) await answered(text);
    const executions = await host.rest.waitForExecutions(answering, before + texts.length);
    const heard = executions.slice(before).map((one) => itemsOf(one, 'WhatsApp')[0]?.json.text);
    expect(heard.toSorted()).toEqual(texts.toSorted());
    expect(connections(simulator)).toHaveLength(opened);
  });

  it('waits for an answer in the chat, which comes while n8n is down', async () => {
    const question = operation('Ask', 'message.sendAndWait', shop, {
      to: picked(VERA),
      message: 'May it go out?',
      responseType: 'approval',
      answerBy: 'poll',
    });
    await host.rest.deactivate(answering);
    const waiting = await host.rest.run(await host.rest.createWorkflow(chain('Ask', start(), question)));
    expect(waiting.status, JSON.stringify(waiting.error)).toBe('waiting');
    const poll = await vera().waitForMessage(({ kind }) => kind.startsWith('pollCreationMessage'));
    await host.main?.kill();
    await vera().send(SHOP, { kind: 'vote', of: poll.id, options: ['Approve'] });
    await host.startMain();
    await host.rest.logIn();
    const { runData } = await host.rest.finished(waiting.id, /success|error/, 60_000);
    expect(runData.Ask?.at(-1)?.data?.main?.[0]?.[0]?.json).toMatchObject({
      data: { approved: true, responder: { phone: VERA } },
    });
  });
});
