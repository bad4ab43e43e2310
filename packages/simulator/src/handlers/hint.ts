import { readBatchRequest } from '../accounts/backlog.js';
import type { Handler } from './session.js';

/** `<ib>`: a client asks for more of what was kept for it; its other hints about the session need no answer. */
export const handleHint: Handler = (ib, session) => {
  const count = readBatchRequest(ib);
  if (count !== undefined) session.companion.requestBatch(count);
};
