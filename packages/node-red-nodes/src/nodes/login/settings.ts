/** The settings of a login as the editor saves them. */
export const loginDefaults = {
  method: 'qr' as 'qr' | 'code',
  /** The number of the account, for a pairing code. */
  phone: '',
  phoneType: 'str',
};
