/** The settings of an ask as the editor saves them. Blank ones let the message decide. */
export const askDefaults = {
  to: '',
  toType: 'str',
  question: 'payload',
  questionType: 'msg',
  how: 'text' as 'text' | 'poll',
  /** What can be chosen in a poll: a list, or words parted by commas. */
  options: '',
  optionsType: 'str',
  /** More than one may be chosen. */
  isMultiple: false,
  /** How long the answer is waited for, in seconds. */
  timeout: 3600,
};
