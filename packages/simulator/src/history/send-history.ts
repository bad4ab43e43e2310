import { deflateSync } from 'node:zlib';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Companion } from '../accounts/device.js';
import { storeExternal } from '../media/external-blob.js';
import { type ChatPortion, chatsOf, historyOf, pushNamesOf } from './history.js';

const { HISTORY_SYNC_NOTIFICATION } = proto.Message.ProtocolMessage.Type;

/**
 * How histories travel: in the notice itself; as a blob on the media host, which clients fetch from wherever
 * they take the media host to be; or not at all but for an empty first one. For tests of what goes wrong: broken off at
 * its end (`damaged`), gone from the media host before anybody can fetch it (`expired`), or never when a client asks (`unanswered`).
 */
export const historyTransports = ['inline', 'external', 'off', 'damaged', 'expired', 'unanswered'] as const;
export type HistoryTransport = (typeof historyTransports)[number];

/** A field of a kind that no protobuf has. */
const NONSENSE = Buffer.of(7);

/** The kinds of history there are. */
export const historyKinds = ['INITIAL_BOOTSTRAP', 'RECENT', 'FULL', 'PUSH_NAME', 'ON_DEMAND'] as const;
export type HistoryKind = (typeof historyKinds)[number];

/** What a new device gets at once of each chat; the rest follows. */
const FIRST_MESSAGES = 5;
const RECENT_MESSAGES = 200;
const CHATS_PER_CHUNK = 50;
const MAX_ON_DEMAND = 500;

interface Chunk {
  progress?: number;
  chunkOrder?: number;
  /** The id of the request that this answers. */
  request?: string;
}

/**
 * Sends a new device what it needs to show the chats: first the last messages of each, then names, then more.
 *
 * A phone without chats sends one empty history, for which clients wait.
 */
export async function sendFirstHistory(companion: Companion): Promise<void> {
  const chats = companion.account.directory.history === 'off' ? [] : chatsOf(companion.account);
  const first = chats.map((chat) => newest(chat, FIRST_MESSAGES));
  await send(companion, 'INITIAL_BOOTSTRAP', historyOf(companion.account, first), {
    progress: 100,
    chunkOrder: 1,
  });
  if (chats.length === 0) return;
  await sendHistory(companion, 'PUSH_NAME');
  await sendHistory(companion, 'RECENT');
  if (companion.state.wantsFullHistory) await sendHistory(companion, 'FULL');
}

/** Sends a device one kind of history, in as many parts as it takes. */
export async function sendHistory(
  companion: Companion,
  kind: Exclude<HistoryKind, 'ON_DEMAND'>,
): Promise<void> {
  const { account } = companion;
  const chats = chatsOf(account);
  if (kind === 'PUSH_NAME') {
    await send(companion, kind, { pushnames: pushNamesOf(account, chats) }, { progress: 100, chunkOrder: 1 });
    return;
  }
  const limit = {
    INITIAL_BOOTSTRAP: FIRST_MESSAGES,
    RECENT: RECENT_MESSAGES,
    FULL: Number.POSITIVE_INFINITY,
  };
  const portions = chats.map((chat) => newest(chat, limit[kind]));
  const chunks = Math.max(1, Math.ceil(portions.length / CHATS_PER_CHUNK));
  for (let chunk = 0; chunk < chunks; chunk++) {
    const part = portions.slice(chunk * CHATS_PER_CHUNK, (chunk + 1) * CHATS_PER_CHUNK);
    const progress = Math.round(((chunk + 1) / chunks) * 100);
    await send(companion, kind, historyOf(account, part), { progress, chunkOrder: chunk + 1 });
  }
}

/** Answers a device that asked for what is before the oldest message it has. */
export async function sendOlder(
  companion: Companion,
  request: string,
  {
    chatJid,
    oldestMsgId,
    onDemandMsgCount,
  }: proto.Message.PeerDataOperationRequestMessage.IHistorySyncOnDemandRequest,
): Promise<void> {
  const { account } = companion;
  if (account.directory.history === 'unanswered') return;
  const name = account.directory.find(chatJid ?? '')?.pnJid ?? chatJid;
  const chat = chatsOf(account).find((candidate) => candidate.chat === name);
  const end = chat?.messages.findIndex(({ id }) => id === oldestMsgId) ?? -1;
  const count = Math.min(onDemandMsgCount ?? 50, MAX_ON_DEMAND);
  const older = chat?.messages.slice(0, Math.max(0, end)) ?? [];
  const portion = newest({ chat: name ?? '', messages: older, hasOlder: false }, count);
  await send(companion, 'ON_DEMAND', historyOf(account, chat ? [portion] : []), { request });
}

async function send(
  companion: Companion,
  kind: HistoryKind,
  history: proto.IHistorySync,
  { request, progress, chunkOrder }: Chunk,
): Promise<void> {
  const { account } = companion;
  const encoded = proto.HistorySync.encode({
    ...history,
    syncType: proto.HistorySync.HistorySyncType[kind],
    progress: progress ?? null,
    chunkOrder: chunkOrder ?? null,
  }).finish();
  const { history: transport } = account.directory;
  const compressed = deflateSync(transport === 'damaged' ? Buffer.concat([encoded, NONSENSE]) : encoded);
  const isExternal = transport === 'external' || transport === 'expired';
  const payload = isExternal
    ? await externalPayload(companion, compressed)
    : { initialHistBootstrapInlinePayload: compressed };
  await account.phoneDevice.sendPeerMessage(companion, {
    protocolMessage: {
      type: HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: {
        syncType: proto.Message.HistorySyncType[kind],
        progress: progress ?? null,
        chunkOrder: chunkOrder ?? null,
        peerDataRequestSessionId: request ?? null,
        ...payload,
      },
    },
  });
}

async function externalPayload({ account }: Companion, compressed: Buffer) {
  const { fileSizeBytes, ...blob } = await storeExternal(account.directory.media, compressed, 'history');
  if (account.directory.history === 'expired') account.directory.media?.blobs.expire(tokenOf(blob), 410);
  return { ...blob, fileLength: fileSizeBytes };
}

/** By what the media host knows it. */
const tokenOf = ({ fileEncSha256 }: { fileEncSha256: Buffer }): string => fileEncSha256.toString('base64url');

function newest({ chat, messages }: ChatPortion, count: number): ChatPortion {
  const portion = count === Number.POSITIVE_INFINITY ? messages : messages.slice(-Math.max(1, count));
  return { chat, messages: portion, hasOlder: portion.length < messages.length };
}
