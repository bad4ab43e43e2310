import type { ErrorCode } from '../../../errors/codes.js';
import { WharfError } from '../../../errors/errors.js';
import type { HistoryQueries } from '../../queries.js';
import type { Asking } from './asking.js';

/** What only the own phone can answer. */
export function historyQueries({ socket, history }: Asking): HistoryQueries {
  return {
    async request({ id, chat, isFromMe, at }, count) {
      if (!history) throw new WharfError('HISTORY_UNANSWERED');
      const requestId = await socket.fetchMessageHistory(
        count,
        { id, remoteJid: chat, fromMe: isFromMe },
        at,
      );
      const progress = await history.answered(requestId);
      if (progress.errorCode)
        throw new WharfError(progress.errorCode as ErrorCode, { details: { requestId } });
      return progress;
    },
  };
}
