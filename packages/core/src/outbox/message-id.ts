import { randomBytes } from 'node:crypto';
import type { MessageId } from '../types/ids.js';

/** An id of the form that WhatsApp Web makes: the prefix tells other clients what kind of device wrote. */
export const newMessageId = (): MessageId =>
  `3EB0${randomBytes(9).toString('hex').toUpperCase()}` as MessageId;
