import type { Outcome } from './harness.js';

/** The result as a person reads it. */
export function describeResult({ result }: Outcome): string {
  const { runs, kills, inbound, outbound, signal, reloginsNeeded, seconds } = result;
  const rows: [string, number, string][] = [
    ['runs', runs, `${kills} kills in ${seconds} s`],
    ['inbound, acknowledged', inbound.acknowledged, 'messages that the server delivered'],
    ['inbound, stored', inbound.stored, 'in the log, and handed over to the consumer'],
    ['inbound, lost', inbound.lost, 'must be 0'],
    ['inbound, duplicated', inbound.duplicatedToConsumers, 'must be 0: twice in the log'],
    ['inbound, redelivered', inbound.redelivered, 'the same event again after a kill, as is allowed'],
    ['outbound, accepted', outbound.accepted, 'sends that the device has promised'],
    ['outbound, on the wire', outbound.onWire, 'message ids that reached their recipients'],
    ['outbound, lost', outbound.lost, 'must be 0'],
    ['outbound, duplicated', outbound.duplicatedOnWire, 'must be 0: one send under two ids'],
    ['undecryptable', signal.badMac, 'must be 0'],
    ['reused keys', signal.reusedKeys, 'must be 0'],
    ['logins needed', reloginsNeeded, 'must be 0'],
  ];
  return rows
    .map(([name, count, note]) => `${name.padEnd(24)}${String(count).padStart(6)}   ${note}`)
    .join('\n');
}

/** What was found, with what it takes to have it again. */
export function describeFindings({ findings, storage }: Outcome, seed: number): string {
  const lines = findings.flatMap(({ what, subject, run, kill, passages }) => {
    const later = kill.delayMs > 0 ? ` + ${kill.delayMs} ms` : '';
    const found = `${what}: ${subject}, from run ${run} with seed ${seed}, killed at ${kill.moment} ${kill.count}${later}`;
    return [found, ...passages.map((passage) => `  ${passage}`)];
  });
  return [...lines, `The storage of the device was kept: ${storage}`].join('\n');
}
