const known: Record<string, string> = { id: 'ID', ids: 'IDs', jid: 'JID' };

/** `isJoinApproval` as n8n writes it on a form: `Is Join Approval`; verbs of being go, and spans are asked for in seconds. */
export function titleOf(name: string): string {
  const words = name
    .replace(/Ms$/, ' (Seconds)')
    .replace(/^is(?=[A-Z])/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[ _]+/);
  return words
    .map((word) => known[word.toLowerCase()] ?? word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

const DAY_MS = 86_400_000;

/** A span of time in words. */
export function spanOf(ms: number): string {
  if (ms === 0) return 'Never';
  const days = ms / DAY_MS;
  return days === 1 ? '1 Day' : `${days} Days`;
}
