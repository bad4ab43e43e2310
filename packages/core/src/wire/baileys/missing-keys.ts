import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import type { LidRepository } from '../../store/store.js';
import { splitUserJid } from '../signal/address.js';

/**
 * The devices for which the server hands out no keys.
 *
 * Baileys lets one of them fail a message to all: it may be one that was unlinked just now, or in a group our own. Without them the
 * others get the message, and who comes back asks for it again.
 */
export class MissingKeys {
  /** The server's latest refusal, by user. */
  readonly #refusals = new Map<string, number>();

  constructor(
    { ws }: WASocket,
    private readonly lids: LidRepository,
  ) {
    // Comes first of all that Baileys tells of a stanza, and the stanza is the one that it goes on with.
    ws.on('frame', (frame: BinaryNode | Uint8Array) => {
      if (!(frame instanceof Uint8Array) && frame.tag === 'iq') this.#sortOut(frame);
    });
  }

  /** With what the server has refused keys for anybody with this address; undefined when it has not. */
  refusalOf(jid: string): number | undefined {
    const user = splitUserJid(jid)?.user ?? '';
    return this.#refusals.get(user) ?? this.#refusals.get(this.lids.get(user) ?? '');
  }

  #sortOut({ content }: BinaryNode): void {
    const list = childrenOf(content).find(({ tag }) => tag === 'list');
    if (!list) return;
    list.content = childrenOf(list.content).filter(({ tag, attrs, content: keys }) => {
      if (tag !== 'user') return true;
      const user = splitUserJid(attrs.jid ?? '')?.user ?? '';
      const error = childrenOf(keys).find((child) => child.tag === 'error');
      if (error) this.#refusals.set(user, Number(error.attrs.code));
      else this.#refusals.delete(user);
      return !error;
    });
  }
}

const childrenOf = (content: BinaryNode['content']): BinaryNode[] => (Array.isArray(content) ? content : []);
