/** Installs n8n unless that was done, and answers with the folder; waits when another process is at it. */
export function ensureN8n(): Promise<string>;
