import type { WASocket } from '@whiskeysockets/baileys';
import { WharfError } from '../../errors/errors.js';
import type { LidRepository } from '../../store/store.js';
import { phoneOf } from '../../types/ids.js';

/** Phone numbers that were looked up over a connection. */
export class CheckedNumbers {
  readonly #isOnWhatsApp = new Set<string>();

  constructor(
    private readonly socket: WASocket,
    private readonly lids: LidRepository,
  ) {}

  /** A message to a number that is not on WhatsApp is acknowledged like any other; so strangers are looked up first. */
  async assert(chat: string): Promise<void> {
    const phone = phoneOf(chat);
    if (!phone || this.#isOnWhatsApp.has(phone) || this.lids.get(phone)) return;
    const [found] = (await this.socket.onWhatsApp(chat)) ?? [];
    if (!found?.exists) throw new WharfError('RECIPIENT_NOT_ON_WHATSAPP');
    this.#isOnWhatsApp.add(phone);
  }
}
