import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { createKeyPair, sign, withKeyType } from '../src/crypto/curve.js';
import { bytesOf, childOf, type Stanza, stanza } from '../src/stanza/node.js';
import { RawClient } from '../src/test-raw-client.js';

/*
 * Load for the simulator, from a process of its own: so many devices, linked by QR, each writing texts to the next
 * one's linked device as fast as acks come back. Bodies are made beforehand and opaque to the server, as they are
 * to any server; every message is confirmed by the receiving device, and that receipt goes back to its author.
 *
 * node load.mjs WS HTTP DEVICES SECONDS WINDOW
 */

const [ws = '', http = '', deviceCount = '250', secondsText = '10', windowText = '32'] =
  process.argv.slice(2);
const DEVICES = Number(deviceCount);
const SECONDS = Number(secondsText);
/** Messages of one device that may be without an ack. */
const WINDOW = Number(windowText);
const FIRST_PHONE = 15_551_000_001;
const BODY_BYTES = 120;

const counts = { acked: 0, received: 0, receipts: 0 };

interface Device {
  phone: string;
  client: RawClient;
}

async function link(number: number): Promise<Device> {
  const phone = String(FIRST_PHONE + number);
  const noise = createKeyPair();
  const identity = createKeyPair();
  const signedPreKey = createKeyPair();
  const advSecret = randomBytes(32);
  const registration = {
    passive: false,
    pull: false,
    devicePairingData: {
      eRegid: Buffer.of(0, 0, 1, number % 256),
      eKeytype: Buffer.of(5),
      eIdent: identity.public,
      eSkeyId: Buffer.of(0, 0, 1),
      eSkeyVal: signedPreKey.public,
      eSkeySig: sign(identity.private, withKeyType(signedPreKey.public)),
      buildHash: Buffer.alloc(16),
      deviceProps: proto.DeviceProps.encode({ os: 'load' }).finish(),
    },
  };
  const candidate = await RawClient.open(ws, registration, noise);
  const offer = await candidate.until((iq) => childOf(iq, 'pair-device') !== undefined);
  const ref = bytesOf(childOf(offer, 'pair-device'), 'ref')?.toString();
  const base64 = (bytes: Buffer) => bytes.toString('base64');
  const qr = [ref, base64(noise.public), base64(identity.public), base64(advSecret), '1'].join(',');
  const scanned = fetch(`${http}/phones/scan`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ qr, phone, name: `Load ${number}` }),
  });
  const success = await candidate.until((iq) => childOf(iq, 'pair-success') !== undefined);
  const sealed = bytesOf(childOf(success, 'pair-success'), 'device-identity') ?? Buffer.alloc(0);
  candidate.sendStanza(stanza('iq', { type: 'result', id: success?.attrs.id }, [answer(sealed, identity)]));
  if (!(await scanned).ok) throw new Error(await (await scanned).text());
  candidate.close();
  const login = { username: Number(phone), device: 1, passive: false, pull: true };
  const client = await RawClient.open(ws, login, noise);
  await client.until(({ tag }) => tag === 'success');
  return { phone, client };
}

function answer(sealed: Buffer, identity: { public: Buffer; private: Buffer }): Stanza {
  const { details: signed } = proto.ADVSignedDeviceIdentityHMAC.decode(sealed);
  const { details, accountSignatureKey } = proto.ADVSignedDeviceIdentity.decode(signed ?? Buffer.alloc(0));
  const text = Buffer.concat(
    [Buffer.of(6, 1), details ?? [], identity.public, accountSignatureKey ?? []].map((part) =>
      Buffer.from(part),
    ),
  );
  const content = proto.ADVSignedDeviceIdentity.encode({
    details: details ?? null,
    deviceSignature: sign(identity.private, text),
  }).finish();
  return stanza('pair-device-sign', {}, [stanza('device-identity', { 'key-index': 1 }, content)]);
}

/** Keeps `WINDOW` messages of a device under way until time is up. */
function write({ client, phone }: Device, to: string, isOver: () => boolean): void {
  const body = randomBytes(BODY_BYTES);
  let next = 0;
  const send = () => {
    const id = `${phone}${next++}`;
    const encrypted = stanza('enc', { v: 2, type: 'msg' }, body);
    const participants = [stanza('to', { jid: `${to}:1@s.whatsapp.net` }, [encrypted])];
    client.sendStanza(
      stanza('message', { id, to: `${to}@s.whatsapp.net`, type: 'text' }, [
        stanza('participants', {}, participants),
      ]),
    );
  };
  client.onStanza = ({ tag, attrs }) => {
    if (tag === 'ack' && attrs.class === 'message') {
      counts.acked += 1;
      if (!isOver()) send();
    } else if (tag === 'message') {
      counts.received += 1;
      client.sendStanza(stanza('receipt', { id: attrs.id, to: attrs.from }));
    } else if (tag === 'receipt') {
      counts.receipts += 1;
      client.sendStanza(stanza('ack', { class: 'receipt', id: attrs.id, to: attrs.from }));
    }
  };
  for (let count = 0; count < WINDOW; count += 1) send();
}

const startedAt = performance.now();
const devices: Device[] = [];
for (let number = 0; number < DEVICES; number += 10) {
  const batch = Array.from({ length: Math.min(10, DEVICES - number) }, (_, offset) => link(number + offset));
  devices.push(...(await Promise.all(batch)));
}
const linkedMs = performance.now() - startedAt;
process.stdout.write('linked\n');
const begin = performance.now();
const isOver = () => performance.now() - begin > SECONDS * 1_000;
for (const [index, device] of devices.entries())
  write(device, devices[(index + 1) % devices.length]?.phone ?? '', isOver);
await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
const seconds = (performance.now() - begin) / 1_000;
const perSecond = Object.fromEntries(
  Object.entries(counts).map(([name, count]) => [name, Math.round(count / seconds)]),
);
const cpu = process.cpuUsage();
process.stdout.write(
  `${JSON.stringify({
    devices: devices.length,
    linkedMs: Math.round(linkedMs),
    seconds,
    perSecond,
    loadCpuSeconds: (cpu.user + cpu.system) / 1e6,
  })}\n`,
);
process.exit(0);
