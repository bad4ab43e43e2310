import type { MediaReference } from '../types/content-parts.js';
import type { MediaHosts } from '../wire/media.js';

/** Where WhatsApp keeps media when the server has named no host. */
const DEFAULT_HOST = 'mmg.whatsapp.net';

/**
 * The addresses to try for the media of a message, the best first.
 *
 * The address in a message is what its sender has written: it counts only when it is on a host of WhatsApp's, or else anybody
 * could have this machine call any other.
 */
export function downloadUrls(
  { directPath, url }: Pick<MediaReference, 'directPath' | 'url'>,
  { hosts }: MediaHosts,
): URL[] {
  const named = hosts.map(({ hostname }) => hostname);
  const told = url && URL.canParse(url) ? new URL(url) : undefined;
  const path = directPath || (told ? `${told.pathname}${told.search}` : '');
  const isTrusted = told && (named.includes(told.host) || /(^|\.)whatsapp\.net$/.test(told.host));
  const tried = [...(isTrusted ? [told.host] : []), ...named, ...(named.length > 0 ? [] : [DEFAULT_HOST])];
  return [...new Set(tried)].flatMap((host) => urlOn(host, path));
}

/** Nothing when the path would lead to another host, such as `//evil.example` or `@evil.example`. */
function urlOn(host: string, path: string): URL[] {
  const text = `https://${host}${path}`;
  if (!path.startsWith('/') || !URL.canParse(text)) return [];
  const url = new URL(text);
  return url.host === new URL(`https://${host}`).host ? [url] : [];
}
