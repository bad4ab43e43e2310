/** The settings of a command as the editor saves them. */
export interface CommandSettings {
  /** A word after the prefix, or a regular expression. */
  how: 'word' | 'regex';
  prefix: string;
  /** `order`, several parted by commas, or a regular expression. */
  pattern: string;
  chats: 'both' | 'direct' | 'group';
  /** Who may give the command; none: everybody. */
  allowed: string[];
  /** A second output for what the same person says next in that chat. */
  hasAnswer: boolean;
  /** How long that is waited for, in seconds. */
  timeout: number;
}

export const commandDefaults: CommandSettings = {
  how: 'word',
  prefix: '/',
  pattern: '',
  chats: 'both',
  allowed: [],
  hasAnswer: false,
  timeout: 300,
};
