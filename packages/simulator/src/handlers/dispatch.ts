import type { Stanza } from '../stanza/node.js';
import { handleAppState } from './appstate.js';
import { handleCall } from './call.js';
import { handleEncrypt } from './encrypt.js';
import { handleGroups } from './group.js';
import { handleHint } from './hint.js';
import { handleMedia } from './media.js';
import { handleMessage } from './message.js';
import { handleMex, handleNewsletter } from './newsletter.js';
import { handlePassive } from './passive.js';
import { handleChatState, handlePresence } from './presence.js';
import {
  handleBlocklist,
  handleBusiness,
  handleDisappearing,
  handlePicture,
  handlePrivacy,
  handleStatus,
} from './profile.js';
import { handleAck, handleReceipt } from './receipt.js';
import { handlePing, handleProps, handleQuietly } from './server-data.js';
import { type ClientSession, type Handler, isQuery } from './session.js';
import { handleDevices } from './unlink.js';
import { handleUsync } from './usync.js';

/** Who answers a query, by its namespace. */
const QUERIES: Record<string, Handler> = {
  abt: handleProps,
  blocklist: handleBlocklist,
  disappearing_mode: handleDisappearing,
  encrypt: handleEncrypt,
  md: handleDevices,
  newsletter: handleNewsletter,
  passive: handlePassive,
  privacy: handlePrivacy,
  status: handleStatus,
  'urn:xmpp:whatsapp:dirty': handleQuietly,
  usync: handleUsync,
  'w:biz': handleBusiness,
  'w:g2': handleGroups,
  'w:m': handleMedia,
  'w:mex': handleMex,
  'w:p': handlePing,
  'w:profile:picture': handlePicture,
  'w:stats': handleQuietly,
  'w:sync:app:state': handleAppState,
};

/** Who takes a stanza that is not a query, by its tag. */
const STANZAS: Record<string, Handler> = {
  ack: handleAck,
  call: handleCall,
  chatstate: handleChatState,
  ib: handleHint,
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
