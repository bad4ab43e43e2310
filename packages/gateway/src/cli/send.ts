import {
  type ErrorCode,
  errorCodes,
  hasReached,
  type OutgoingMessage,
  type SendMilestone,
  WharfError,
} from '@wharf/core';
import { Command, Option } from 'commander';
import { print, printJson } from './output.js';
import { findDevice, type Place, withDevices, withPlace } from './place.js';

interface Options extends Place {
  device?: string;
  file?: string;
  as: string;
  wait: 'queued' | SendMilestone;
  timeout: string;
  json?: boolean;
}

const kinds = ['document', 'image', 'video', 'audio', 'voice', 'sticker'];
const LONGEST_WAIT_S = 86_400;

export const sendCommand = (): Command =>
  withPlace(
    new Command('send')
      .description('sends a text, or a file with the text as its caption')
      .argument('<to>', 'a phone number with country code, or a JID')
      .argument('[text]', 'what to say'),
  )
    .option('--device <id>', 'which device; not needed when there is one')
    .option('--file <path>', 'a file of this machine')
    .addOption(new Option('--as <kind>', 'what the file is').choices(kinds).default('document'))
    .addOption(
      new Option('--wait <milestone>', 'until when to wait')
        .choices(['queued', 'sent', 'delivered', 'read'])
        .default('sent'),
    )
    .option('--timeout <seconds>', 'how long to wait; the message stays queued', '60')
    .option('--json', 'print what has become of it')
    .action(send);

async function send(to: string, text: string | undefined, options: Options): Promise<void> {
  const { device, file, as: kind, wait, timeout, json, ...place } = options;
  if (text === undefined && file === undefined) throw new TypeError('Give a text, or a file: --file PATH.');
  const seconds = Number(timeout);
  if (!(seconds > 0 && seconds <= LONGEST_WAIT_S))
    throw new TypeError('--timeout is a number of seconds, up to a day.');
  const caption = text === undefined ? {} : { caption: text };
  const content = file === undefined ? { kind: 'text', text } : { kind, media: { path: file }, ...caption };
  await withDevices(place, { run: 'always' }, async (host) => {
    const deviceId = await findDevice(host, device);
    let item = await host.send(deviceId, { to, content } as OutgoingMessage);
    if (wait !== 'queued')
      item = await host.waitForSend(deviceId, item.messageId, { until: wait, timeoutMs: seconds * 1_000 });
    if (json) printJson(item);
    else print(`${item.messageId} ${item.delivery ?? item.state}`);
    if (item.state === 'failed') throw failureOf(item.errorCode);
    if (wait !== 'queued' && !hasReached(item, wait))
      throw new Error(`The message is not ${wait} yet. It stays queued: a gateway that runs sends it.`);
  });
}

const failureOf = (code: string | undefined): Error =>
  code && code in errorCodes
    ? new WharfError(code as ErrorCode)
    : new Error(`The message was not sent (${code}).`);
