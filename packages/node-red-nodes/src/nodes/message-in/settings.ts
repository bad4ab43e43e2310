/** The settings of a message in as the editor saves them; of version 2. */
export interface MessageInSettings {
  chats: 'both' | 'direct' | 'group';
  /** Phone numbers or JIDs; none for every chat. */
  onlyChats: string[];
  /** Kinds of content; none for every kind. */
  kinds: string[];
  /** One output for each of the kinds, in their order. */
  splitKinds: boolean;
  includeOwn: boolean;
  /** What the text must contain or match; blank for every text. */
  text: string;
  textIs: 'contained' | 'regex';
  /** Who is served; what all others write goes to the last output. None: everybody. */
  allowed: string[];
}

export const messageInVersion = 2;

export const messageInDefaults: MessageInSettings = {
  chats: 'both',
  onlyChats: [],
  kinds: [],
  splitKinds: false,
  includeOwn: false,
  text: '',
  textIs: 'contained',
  allowed: [],
};

/** Reads older settings: version 1 had one chat, and either every kind or texts alone. */
export function upgradeMessageIn(
  saved: Record<string, unknown>,
  fromVersion: number,
): Record<string, unknown> {
  if (fromVersion >= messageInVersion) return saved;
  const { kinds, chat, ...rest } = saved;
  return { ...rest, kinds: kinds === 'text' ? ['text'] : [], onlyChats: chat ? [chat] : [] };
}

/** How many outputs a node with these settings has. */
export function outputsOf({ kinds, splitKinds, allowed }: MessageInSettings): number {
  return Math.max(splitKinds ? kinds.length : 1, 1) + (allowed.length > 0 ? 1 : 0);
}
