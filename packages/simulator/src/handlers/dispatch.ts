import type { Stanza } from '../stanza/node.js';
import { handleAppState } from './appstate.js';
import { handleEncrypt } from './encrypt.js';
import { handleGroups } from './group.js';
import { handleMedia } from './media.js';
import { handleMessage } from './message.js';
import { handlePassive } from './passive.js';
import { handlePresence } from './presence.js';
import { handlePrivacy } from './privacy.js';
import { handleAck, handleReceipt } from './receipt.js';
import { handleBlocklist, handlePicture, handlePing, handleProps, handleQuietly } from './server-data.js';
import { type ClientSession, type Handler, isQuery } from './session.js';
import { handleDevices } from './unlink.js';
import { handleUsync } from './usync.js';

/** Who answers a query, by its namespace. */
const QUERIES: Record<string, Handler> = {
  abt: handleProps,
  blocklist: handleBlocklist,
  disappearing_mode: handleQuietly,
  encrypt: handleEncrypt,
  md: handleDevices,
  passive: handlePassive,
  privacy: handlePrivacy,
  status: handleQuietly,
  'urn:xmpp:whatsapp:dirty': handleQuietly,
  usync: handleUsync,
  'w:g2': handleGroups,
  'w:m': handleMedia,
  'w:p': handlePing,
  'w:profile:picture': handlePicture,
  'w:stats': handleQuietly,
  'w:sync:app:state': handleAppState,
};

/** Who takes a stanza that is not a query, by its tag. */
const STANZAS: Record<string, Handler> = {
  ack: handleAck,
  chatstate: handlePresence,
  ib: handlePresence,
  message: handleMessage,
  presence: handlePresence,
  receipt: handleReceipt,
};

/** Gives a stanza of a logged-in client to its handler; what has none is reported as unknown. */
export function dispatch(stanza: Stanza, session: ClientSession): void {
  if (stanza.tag !== 'iq') (STANZAS[stanza.tag] ?? reportUnknown)(stanza, session);
  else if (isQuery(stanza)) (QUERIES[stanza.attrs.xmlns ?? ''] ?? reportUnknown)(stanza, session);
}

const reportUnknown: Handler = (stanza, session) => session.unknown(stanza);
