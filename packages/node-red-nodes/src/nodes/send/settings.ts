/** How far a message may be waited for. */
export const milestones = ['queued', 'sent', 'delivered', 'read'] as const;

/** The settings of a send as the editor saves them; of version 2. Blank ones let the message decide. */
export const sendDefaults = {
  to: '',
  toType: 'str',
  /** Blank: whatever the text setting is. */
  kind: '',
  text: 'payload',
  textType: 'msg',
  fields: {},
  isReply: false,
  waitUntil: 'sent' as (typeof milestones)[number],
  /** Seconds. */
  timeout: 30,
};

export const sendVersion = 2;

/** Reads older settings: version 1 had a type of its own for "nobody in particular". */
export function upgradeSend(saved: Record<string, unknown>, fromVersion: number): Record<string, unknown> {
  if (fromVersion >= sendVersion || (saved.toType ?? 'auto') !== 'auto') return saved;
  return { ...saved, to: '', toType: 'str' };
}
