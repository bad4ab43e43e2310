import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import { addressIn } from '../accounts/address.js';
import { pad } from '../accounts/content.js';
import { type Companion, deviceAddress } from '../accounts/device.js';
import type { Group } from '../groups/group.js';
import { SenderKeys } from '../groups/sender-keys.js';
import { distributionContent } from '../messages/outbox.js';
import { type Stanza, stanza } from '../stanza/node.js';

/** A text of somebody, encrypted for certain devices and not sent yet. */
export interface WrittenText {
  sender: Account;
  message: Stanza;
}

/** Lets each of `senders` write so many texts to somebody, in turn. */
export async function writeToPerson(
  senders: Account[],
  to: Account,
  devices: Companion[],
  messages: number,
): Promise<WrittenText[]> {
  const written: WrittenText[] = [];
  for (let round = 1; round <= messages; round += 1) {
    for (const sender of senders) {
      const content = textContent(`Message ${round} of ${sender.name}`);
      const participants = await sealForEach(sender, devices, 'lid', content);
      written.push({ sender, message: message(to.lidJid, {}, [participants]) });
    }
    await nextTurn();
  }
  return written;
}

/**
 * Lets each of `senders` write so many texts to each group, in turn: once for all with a sender key, which the
 * first text of each brings.
 */
export async function writeToGroups(
  senders: Account[],
  groups: Group[],
  devices: Companion[],
  messages: number,
): Promise<WrittenText[]> {
  const written: WrittenText[] = [];
  for (let round = 1; round <= messages; round += 1) {
    for (const group of groups) {
      for (const sender of senders) {
        const text = `Message ${round} of ${sender.name} to ${group.state.subject}`;
        written.push({ sender, message: await groupMessage(sender, group, devices, textContent(text)) });
      }
      await nextTurn();
    }
  }
  return written;
}

async function groupMessage(
  sender: Account,
  { jid, state: { addressingMode } }: Group,
  devices: Companion[],
  content: Uint8Array,
): Promise<Stanza> {
  const keys = new SenderKeys(sender.state.senderKeys);
  const sealed = keys.encrypt(jid, devices.map(deviceAddress), pad(content));
  const newHolders = devices.filter((device) => sealed.newHolders.has(deviceAddress(device)));
  const forAll = stanza('enc', { v: 2, type: 'skmsg' }, sealed.ciphertext);
  const distribution = distributionContent(jid, sealed.distribution);
  const children =
    newHolders.length > 0
      ? [await sealForEach(sender, newHolders, addressingMode, distribution), forAll]
      : [forAll];
  return message(jid, { addressing_mode: addressingMode }, children);
}

async function sealForEach(
  sender: Account,
  devices: Companion[],
  space: 'pn' | 'lid',
  content: Uint8Array,
): Promise<Stanza> {
  const { signal } = sender.phoneDevice;
  const participants: Stanza[] = [];
  for (const device of devices) {
    const address = deviceAddress(device);
    if (!signal.hasSession(address)) await signal.startSession(address, device.takeBundle());
    const { type, body } = await signal.encrypt(address, pad(content));
    const jid = addressIn(device.account, space, device.id);
    participants.push(stanza('to', { jid }, [stanza('enc', { v: 2, type }, body)]));
  }
  return stanza('participants', {}, participants);
}

function textContent(conversation: string): Uint8Array {
  return proto.Message.encode({ conversation }).finish();
}

function message(to: string, attributes: Record<string, string>, children: Stanza[]): Stanza {
  const id = `AC${randomBytes(15).toString('hex').toUpperCase()}`;
  return stanza('message', { id, to, type: 'text', ...attributes }, children);
}
