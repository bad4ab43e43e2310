import type { Measure } from '../measure.js';
import { chats } from './chats.js';
import { consumers } from './consumers.js';
import { devices } from './devices.js';
import { stored } from './stored.js';

/** Everything that `--only scale` takes. */
export const curves = [devices, chats, stored, consumers] as Measure[];
