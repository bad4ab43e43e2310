import tls from 'node:tls';
import type { Simulator } from '@wharf/simulator';
import { onTestFinished } from 'vitest';
import { openSqliteSession } from '../../packages/core/src/store/sqlite/session.js';
import { systemClock } from '../../packages/core/src/util/clock.js';
import { silentLogger } from '../../packages/core/src/util/logger.js';
import { baileysDriver } from '../../packages/core/src/wire/baileys/driver.js';
import type { Wire, WireEvent } from '../../packages/core/src/wire/wire.js';
import { temporaryFolder } from './storage.js';

/** Has this process trust the simulator's media host, as its certificate authority is made anew for each. */
export function trustMediaHost(simulator: Simulator): void {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, simulator.caCertificate]);
  onTestFinished(() => tls.setDefaultCACertificates(before));
}

/** A connection of a device that is linked to an account, without the device around it. */
export async function openLinkedWire(simulator: Simulator, phone: string): Promise<Wire> {
  const session = openSqliteSession(temporaryFolder());
  const open = async (isWanted: (event: WireEvent) => boolean): Promise<Wire> => {
    let found: () => void = () => undefined;
    const wanted = new Promise<void>((resolve) => {
      found = resolve;
    });
    const wire = await baileysDriver.open({
      session,
      endpoint: simulator.endpoint,
      emit(event) {
        if (event.type === 'qr') void simulator.scan(event.qr, { phone });
        if ('settle' in event) event.settle(true);
        if (isWanted(event)) found();
        return true;
      },
      find: () => undefined,
      keepRaw: () => undefined,
      clock: systemClock,
      logger: silentLogger,
    });
    await wanted;
    return wire;
  };
  await open(({ type }) => type === 'closed');
  const wire = await open(({ type }) => type === 'synced');
  onTestFinished(async () => {
    await wire.close();
    session.close();
  });
  return wire;
}
