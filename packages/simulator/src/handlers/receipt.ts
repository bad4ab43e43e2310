import { answerMediaRetry } from '../media/retry.js';
import { childOf, childrenOf, stanza } from '../stanza/node.js';
import type { Handler } from './session.js';

/** Takes a receipt: acks it, counts the messages as arrived, and tells their author. */
export const handleReceipt: Handler = (receipt, session) => {
  const { id, to, type, participant } = receipt.attrs;
  session.connection.send(stanza('ack', { class: 'receipt', id, from: to, type, participant }));
  if (type === 'retry') session.companion.settleRetry(id);
  else session.companion.settle('message', id);
  for (const item of childrenOf(childOf(receipt, 'list'), 'item'))
    session.companion.settle('message', item.attrs.id);
  if (type === 'server-error') answerMediaRetry(session.companion, receipt);
  session.directory.relay.receipt(session.companion, receipt);
};

/** Takes an ack: what it names needs no second delivery. An error ack means the client could not read it. */
export const handleAck: Handler = ({ attrs }, { companion }) => {
  if (!attrs.class) return;
  if (attrs.class === 'message') companion.settleAcknowledged(attrs.id, attrs.error !== undefined);
  else companion.settle(attrs.class, attrs.id, attrs.type);
};
