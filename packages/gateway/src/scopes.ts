/**
 * What a token may do.
 *
 * - `read`: see devices, chats, messages, media and events
 * - `send`: write messages, and whatever else an account says or does on WhatsApp
 * - `manage`: make, link, set up and remove devices, see their QR codes, and manage webhooks and tokens
 * - `metrics`: read `/metrics`, and nothing that anybody wrote
 */
export const scopes = ['read', 'send', 'manage', 'metrics'] as const;

export type Scope = (typeof scopes)[number];
