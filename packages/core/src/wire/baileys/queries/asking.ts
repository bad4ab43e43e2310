import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import type { LidRepository } from '../../../store/store.js';
import type { Person } from '../../../types/message.js';
import type { HistorySync } from '../history/history-sync.js';
import type { Baileys } from '../load.js';

/** What a question is asked with. */
export interface Asking {
  baileys: Baileys;
  socket: WASocket;
  lids: LidRepository;
  history: HistorySync | undefined;
}

/** Asks the server in a form of our own, where Baileys has none that can be used. @throws Boom with the number of a refusal */
export function query(
  socket: WASocket,
  type: 'get' | 'set',
  { to = '@s.whatsapp.net', xmlns, target }: { to?: string; xmlns: string; target?: string },
  content?: BinaryNode[],
): Promise<BinaryNode> {
  const attrs = { to, type, xmlns, id: socket.generateMessageTag(), ...(target ? { target } : {}) };
  return socket.query({ tag: 'iq', attrs, ...(content ? { content } : {}) });
}

/** The children of a node with a tag. */
export function childrenOf(node: BinaryNode | undefined, tag: string): BinaryNode[] {
  const content = node?.content;
  return Array.isArray(content) ? content.filter((child) => child.tag === tag) : [];
}

/** The node at the end of a path of tags. */
export function childAt(node: BinaryNode | undefined, ...tags: string[]): BinaryNode | undefined {
  let found = node;
  for (const tag of tags) [found] = childrenOf(found, tag);
  return found;
}

/** The text of a node. */
export function textOf(node: BinaryNode | undefined): string | undefined {
  const content = node?.content;
  if (typeof content === 'string') return content;
  return content instanceof Uint8Array ? Buffer.from(content).toString() : undefined;
}

/** Remembers both addresses of people of whom only one was known, and moves what was kept under the one to the other. */
export async function learnAliases({ socket, lids }: Asking, people: Person[]): Promise<void> {
  const { lidMapping, migrateSession } = socket.signalRepository;
  for (const { phone, jid: pn, lid } of people) {
    if (!phone || !lid || lids.get(phone) === lid.slice(0, lid.indexOf('@'))) continue;
    await lidMapping.storeLIDPNMappings([{ pn, lid }]);
    await migrateSession(pn, lid);
  }
}
