import { childOf, stanza } from '../stanza/node.js';
import type { Handler } from './session.js';

const TTL_SECONDS = 21_600;
const AUTH_TTL_SECONDS = 21_600;
const MAX_CONTENT_BYTES = 2 * 1024 ** 3;

/** `media_conn`: names the hosts a client uploads to and fetches from, and what it must show there. */
export const handleMedia: Handler = (iq, session) => {
  const { media } = session.directory;
  if (!childOf(iq, 'media_conn')) return session.unknown(iq);
  if (!media) return session.refuse(iq, 503, 'service-unavailable');
  const hosts = media.hostnames.map((hostname, index) =>
    stanza('host', {
      hostname,
      type: index === 0 ? 'primary' : 'fallback',
      maxContentLengthBytes: MAX_CONTENT_BYTES,
    }),
  );
  const attributes = {
    auth: media.uploadToken(session.companion.account.lid),
    ttl: TTL_SECONDS,
    auth_ttl: AUTH_TTL_SECONDS,
    max_buckets: 12,
  };
  session.answer(iq, [stanza('media_conn', attributes, hosts)]);
};
