import type { Measure } from '../measure.js';
import { enqueue } from './enqueue.js';
import { fleet } from './fleet.js';
import { history } from './history.js';
import { idle } from './idle.js';
import { inbound, inboundGroup } from './inbound.js';
import { latency } from './latency.js';
import { load } from './load.js';
import { media } from './media.js';
import { outbound } from './outbound.js';
import { storage } from './storage.js';
import { threads } from './threads.js';

/** Everything that is measured, in this order. */
export const measures = [
  inbound,
  inboundGroup,
  outbound,
  latency,
  enqueue,
  history,
  media,
  fleet,
  idle,
  storage,
  threads,
  load,
] as Measure[];
