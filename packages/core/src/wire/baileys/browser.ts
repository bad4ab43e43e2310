/** The name on the phone's list of linked devices: "Google Chrome (Wharf)". */
const BROWSER: [string, string, string] = ['Wharf', 'Chrome', '0.1'];

/** WhatsApp refuses a pairing code to a browser on a system it does not know. */
const BROWSER_FOR_CODES: [string, string, string] = ['Windows', 'Chrome', '0.1'];

/** What the device calls itself. */
export const browserFor = (pairingPhone: string | undefined): [string, string, string] =>
  pairingPhone ? BROWSER_FOR_CODES : BROWSER;
