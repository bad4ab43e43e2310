import type { Account } from '../accounts/account.js';
import { addressIn } from '../accounts/address.js';
import type { ChatMessage } from '../accounts/state.js';
import { SimulatorError } from '../errors.js';
import type { Chat } from './chat.js';
import { type ComposeContext, compose } from './compose.js';

/** What the phone of `owner` knows about a chat, for messages that refer to others or name people. */
export function composeContext(owner: Account, chat: Chat): ComposeContext {
  const { directory } = owner;
  const addressOf = (address: string) => {
    const person = directory.find(address);
    return person ? addressIn(person, chat.space) : address;
  };
  const find = (id: string): ChatMessage => {
    const message = owner.phoneDevice.log.find(chat.name, id);
    if (!message)
      throw new SimulatorError(
        'MESSAGE_NOT_FOUND',
        404,
        `${owner.phone} has no message ${id} in that chat: read its messages to see which there are.`,
      );
    return message;
  };
  const expiration = chat.group?.state.expiration ?? owner.state.expirations.get(chat.name);
  const context: ComposeContext = {
    addressOf,
    self: addressIn(owner, chat.space),
    keyOf: (id) => {
      const { fromMe, author } = find(id);
      return {
        id,
        remoteJid: chat.jid,
        fromMe,
        ...(chat.isBroadcast && !fromMe ? { participant: addressOf(author) } : {}),
      };
    },
    authorOf: (id) => addressOf(find(id).author),
    messageOf: (id) => {
      const { content, text } = find(id);
      if (!content || 'of' in content) return { conversation: text };
      return compose('quote' in content ? { ...content, quote: undefined } : content, context);
    },
    secretOf: (id) => {
      const secret = owner.state.secrets.get(find(id).id);
      if (!secret)
        throw new SimulatorError(
          'NO_SECRET',
          409,
          `Message ${id} is no poll and no event: choose one that is.`,
        );
      return secret;
    },
    ...(expiration ? { expiration } : {}),
  };
  return context;
}
