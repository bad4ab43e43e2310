import type { AuthenticationCreds, BinaryNode, WASocket } from '@whiskeysockets/baileys';
import type { Baileys } from './load.js';

interface Surroundings {
  baileys: Baileys;
  socket: WASocket;
  creds: AuthenticationCreds;
}

/**
 * Sends the delivery receipt of a message that has come again, as it was sent for the first one.
 *
 * Baileys only acknowledges a duplicate, with an error. If the first receipt was lost, its author would never see it delivered.
 */
export class ReceiptAgain {
  /** As Baileys knows it: a receipt of an account that does not show itself online says so. */
  #isOnline = false;

  constructor(private readonly around: Surroundings) {
    around.socket.ev.on('connection.update', ({ isOnline }) => {
      if (isOnline !== undefined) this.#isOnline = isOnline;
    });
  }

  send(stanza: BinaryNode): void {
    const { baileys, socket, creds } = this.around;
    const { me } = creds;
    if (!me || baileys.isJidNewsletter(stanza.attrs.from)) return;
    const { fullMessage, author } = baileys.decodeMessageNode(stanza, me.id, me.lid ?? '');
    const { id, remoteJid, remoteJidAlt, fromMe, participant } = fullMessage.key;
    if (!id || !remoteJid) return;
    const isByLid = baileys.isLidUser(remoteJid) || baileys.isLidUser(remoteJidAlt ?? undefined);
    const sender = (fromMe && isByLid ? author : participant) ?? undefined;
    const type = stanza.attrs.category === 'peer' ? 'peer_msg' : fromMe ? 'sender' : this.#inactive();
    // A connection that ends takes this one with it as well, and the message comes again.
    socket.sendReceipt(remoteJid, sender, [id], type).catch(() => undefined);
  }

  #inactive(): 'inactive' | undefined {
    return this.#isOnline ? undefined : 'inactive';
  }
}
