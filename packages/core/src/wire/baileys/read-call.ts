import type { WACallEvent } from '@whiskeysockets/baileys';
import type { Call, CallStep } from '../../types/call.js';
import { bareJid } from '../../types/ids.js';
import { readPerson } from './read-message.js';

/** Of the steps that WhatsApp tells, those that say something. */
const STEPS: { [status: string]: CallStep } = {
  offer: 'offered',
  accept: 'accepted',
  reject: 'rejected',
  timeout: 'missed',
  terminate: 'ended',
};

/** Reads a step of a call; undefined for those that are about its line only. */
export function readCall(raw: WACallEvent): Call | undefined {
  const step = STEPS[raw.status];
  if (!step || !raw.id || !raw.from) return undefined;
  const caller = readPerson(raw.from, raw.callerPn);
  return {
    id: raw.id,
    step,
    chat: raw.groupJid ? bareJid(raw.groupJid) : caller.jid,
    caller,
    isGroup: raw.isGroup === true,
    isVideo: raw.isVideo === true,
    at: raw.date.getTime(),
    isOffline: raw.offline,
  };
}
