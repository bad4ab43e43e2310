import type { WharfEvent } from '@wharf/core';
import { CipherLedger } from '@wharf/simulator';
import { beforeEach, describe, expect, it } from 'vitest';
import { Tally } from './tally.js';

const VERA = '15550002001';
const WALTER = '15550002002';

const messageEvent = (seq: number, id: string) =>
  ({ type: 'message', seq, payload: { id } }) as unknown as WharfEvent;

let ledger: CipherLedger;
let tally: Tally;

/** A message that took the whole way in, in run 1. */
function messageIn(id: string, seq: number): void {
  tally.sentIn(id, false);
  tally.delivered(id);
  tally.handedOver(messageEvent(seq, id));
  tally.acknowledged(id);
}

/** A text that took the whole way out, in run 1. */
function textOut(text: string, id: string): void {
  tally.asked(text, [VERA, WALTER]);
  tally.accepted(text, id);
  for (const phone of [VERA, WALTER]) tally.arrived(text, phone, id);
}

beforeEach(() => {
  ledger = new CipherLedger();
  tally = new Tally(ledger);
  tally.run = 1;
  messageIn('A', 1);
  textOut('one', 'B');
  tally.run = 2;
});

describe('the accounts of a crash run', () => {
  it('find nothing where everything arrived once', () => {
    expect(tally.isSettled).toBe(true);
    expect(tally.findings()).toEqual([]);
    expect(tally.result(2, 1.5)).toEqual({
      runs: 2,
      kills: 2,
      inbound: { acknowledged: 1, stored: 1, lost: 0, duplicatedToConsumers: 0, redelivered: 0 },
      outbound: { accepted: 1, onWire: 1, lost: 0, duplicatedOnWire: 0 },
      signal: { badMac: 0, reusedKeys: 0 },
      reloginsNeeded: 0,
      seconds: 1.5,
    });
  });

  it('find a message that was acknowledged and is not in the log', () => {
    tally.sentIn('C', false);
    tally.acknowledged('C');
    expect(tally.isSettled).toBe(false);
    expect(tally.findings()).toEqual([{ what: 'inbound.lost', subject: 'C', run: 2 }]);
    expect(tally.result(2, 1).inbound).toMatchObject({ acknowledged: 2, stored: 1, lost: 1 });
  });

  it('find a message that is in the log and never reached the consumer', () => {
    tally.sentIn('C', false);
    tally.acknowledged('C');
    tally.logged(messageEvent(2, 'C'));
    expect(tally.findings()).toEqual([{ what: 'inbound.lost', subject: 'C', run: 2 }]);
  });

  it('find a message that the server could never deliver', () => {
    tally.sentIn('C', false);
    expect(tally.isSettled).toBe(false);
    expect(tally.result(2, 1).inbound).toMatchObject({ acknowledged: 1, lost: 1 });
  });

  it('tell a message that is in the log twice from an event that is handed over twice', () => {
    tally.handedOver(messageEvent(1, 'A'));
    expect(tally.findings()).toEqual([]);
    tally.logged(messageEvent(2, 'A'));
    expect(tally.findings()).toEqual([{ what: 'inbound.duplicatedToConsumers', subject: 'A', run: 1 }]);
    expect(tally.result(2, 1).inbound).toMatchObject({ duplicatedToConsumers: 1, redelivered: 1 });
  });

  it('find a send that reached some and not all, and one that was never answered', () => {
    tally.asked('two', [VERA, WALTER]);
    expect(tally.findings()).toEqual([{ what: 'outbound.unanswered', subject: 'two', run: 2 }]);
    tally.accepted('two', 'C');
    tally.arrived('two', VERA, 'C');
    expect(tally.findings()).toEqual([{ what: 'outbound.lost', subject: 'two', run: 2 }]);
    expect(tally.isSettled).toBe(false);
    tally.arrived('two', WALTER, 'C');
    expect(tally.findings()).toEqual([]);
  });

  it('find a send that went out under two ids, and count one id once', () => {
    tally.arrived('one', VERA, 'B');
    expect(tally.result(2, 1).outbound).toEqual({ accepted: 1, onWire: 1, lost: 0, duplicatedOnWire: 0 });
    tally.arrived('one', VERA, 'C');
    expect(tally.findings()).toEqual([{ what: 'outbound.duplicatedOnWire', subject: 'one', run: 1 }]);
    expect(tally.result(2, 1).outbound).toMatchObject({ onWire: 2, duplicatedOnWire: 1 });
  });

  it('find messages that were unreadable, but for those spoiled on purpose', () => {
    messageIn('C', 2);
    tally.sentIn('C', true);
    tally.unreadable('C');
    tally.unreadable('B');
    tally.unreadable('B');
    expect(tally.findings()).toContainEqual({ what: 'signal.badMac', subject: 'B', run: 2 });
    expect(tally.result(2, 1).signal.badMac).toBe(1);
  });

  it('find keys that were used twice, and a device that lost its account', () => {
    ledger.reused.push({ messages: ['B', 'X'], key: 'session k 3' });
    tally.reloginNeeded();
    expect(tally.findings()).toEqual([
      { what: 'signal.reusedKeys', subject: 'session k 3', run: 2 },
      { what: 'reloginsNeeded', subject: 'the device', run: 2 },
    ]);
    expect(tally.result(2, 1)).toMatchObject({ signal: { reusedKeys: 1 }, reloginsNeeded: 1 });
  });
});
