/** The broad cause of an error. */
export type ErrorKind = 'input' | 'state' | 'connection' | 'refused' | 'storage';

/** What every error of a code has in common. */
export interface ErrorCodeDescription {
  kind: ErrorKind;
  /** Whether the same call can succeed later without any change by the caller. */
  retry: 'never' | 'later';
  /** The status an HTTP adapter answers with. */
  httpStatus: number;
  /** What happened, for a person. */
  sentence: string;
  /** What to do about it, for a person. */
  remedy: string;
}

const describe = (
  kind: ErrorKind,
  retry: 'never' | 'later',
  httpStatus: number,
  sentence: string,
  remedy: string,
): ErrorCodeDescription => ({ kind, retry, httpStatus, sentence, remedy });

/** Every error code of Wharf. `docs/errors.md` is this table; a test keeps them equal. */
export const errorCodes = {
  DEVICE_NOT_FOUND: describe(
    'input',
    'never',
    404,
    'There is no device with this ID.',
    'List the devices and use one of their IDs, or create the device first.',
  ),
  DEVICE_ID_REQUIRED: describe(
    'input',
    'never',
    400,
    'It is not clear which device is meant: none was named, and there is not exactly one.',
    'Name the device by its ID. With no device at all, create one first.',
  ),
  DEVICE_ID_INVALID: describe(
    'input',
    'never',
    400,
    'This is not a valid device ID.',
    'Use 1 to 64 letters, digits, dots, underscores or dashes, with a letter or digit first.',
  ),
  DEVICE_EXISTS: describe(
    'input',
    'never',
    409,
    'A device with this ID exists already.',
    'Choose another ID, or use the device that is there.',
  ),
  RECIPIENT_INVALID: describe(
    'input',
    'never',
    400,
    'The recipient is neither a phone number with country code nor a WhatsApp address.',
    'Give a number such as +49 170 1234567 (7 to 15 digits, country code first), or a JID such as 491701234567@s.whatsapp.net.',
  ),
  MESSAGE_INVALID: describe(
    'input',
    'never',
    400,
    'The message cannot be sent as it is.',
    'Give a text of 1 to 65,536 characters or a content as in docs/messages.md; the details name the field that is wrong.',
  ),
  OPTION_INVALID: describe(
    'input',
    'never',
    400,
    'An option has a value that cannot be used.',
    'Read the name of the option in the details and correct its value.',
  ),
  ENDPOINT_NOT_LOOPBACK: describe(
    'input',
    'never',
    400,
    'The endpoint is not an address of this machine.',
    'An endpoint swaps the root of trust, so only a simulator on 127.0.0.1 or [::1] is allowed. Leave it out for the real WhatsApp.',
  ),
  NODE_TOO_OLD: describe(
    'state',
    'never',
    500,
    'This version of Node.js is too old for Wharf.',
    'Start the program under Node.js 22.9 or newer; 24 is recommended.',
  ),
  DEVICE_NOT_CONNECTED: describe(
    'state',
    'never',
    409,
    'The device is not logged in, or it was stopped.',
    'Log it in (scan the QR code) or start it again; then repeat the call.',
  ),
  DEVICE_LOGGED_OUT: describe(
    'state',
    'never',
    409,
    'The device was logged out of WhatsApp.',
    'Log it in again by scanning a new QR code; then repeat the call.',
  ),
  DEVICE_LOGGED_IN: describe(
    'state',
    'never',
    409,
    'The device is linked to an account already.',
    'Log it out first, or create another device for another account.',
  ),
  DEVICE_IN_USE: describe(
    'state',
    'later',
    409,
    'Another process runs this device, and only that one can do this; it did not answer in time or is in the middle of a login.',
    'Try again, or make the call there. Once that process has ended, the device is free.',
  ),
  LOGIN_EXPIRED: describe(
    'state',
    'never',
    410,
    'The QR codes of this login have expired without being scanned.',
    'Start the login again and scan the code within a minute.',
  ),
  LOGIN_REFUSED: describe(
    'refused',
    'never',
    403,
    'WhatsApp refused to link this device.',
    'Read the reason in the details. Update the WhatsApp app on the phone and try again.',
  ),
  PASSKEY_REQUIRED: describe(
    'refused',
    'never',
    403,
    'This account links devices only with its passkey, which a device of Wharf cannot use.',
    'On the phone, switch off the passkey in WhatsApp > Settings > Account > Passkeys, then link the device again.',
  ),
  LOGIN_TIMED_OUT: describe(
    'connection',
    'later',
    504,
    'The login did not end in the time allowed for it.',
    'Check the connection to the internet and start the login again.',
  ),
  CONNECTION_FAILED: describe(
    'connection',
    'later',
    502,
    'WhatsApp could not be reached, or closed the connection.',
    'Check the connection to the internet; try again later.',
  ),
  CONNECTION_TIMED_OUT: describe(
    'connection',
    'later',
    504,
    'WhatsApp did not answer in time.',
    'Try again later.',
  ),
  SEND_REFUSED: describe(
    'refused',
    'never',
    422,
    'WhatsApp did not accept the message.',
    'Check that the recipient is on WhatsApp, and do not write to people who do not know you.',
  ),
  RECIPIENT_UNVERIFIED: describe(
    'refused',
    'later',
    502,
    'WhatsApp handed out an encryption key for the recipient that the recipient has not signed.',
    'Send again later. If it stays so, somebody between you and the recipient may be trying to read along.',
  ),
  SEND_RESTRICTED: describe(
    'refused',
    'later',
    429,
    'WhatsApp does not let this account begin conversations for now.',
    'Answer people who have written first, and begin new conversations again in a day or more, a few at a time.',
  ),
  SEND_MALFORMED: describe(
    'refused',
    'later',
    422,
    'WhatsApp could not accept the message as it was encrypted or addressed.',
    'Send it again. If that keeps failing, write to the recipient from the phone once.',
  ),
  SEND_DEFERRED: describe(
    'connection',
    'later',
    503,
    'WhatsApp could not take the message just then.',
    'Nothing: the message stays in the queue and is sent again until its time is up.',
  ),
  SEND_EXPIRED: describe(
    'connection',
    'never',
    504,
    'The message could not be sent before its time was up.',
    'Check that the device is connected, and send the message again if it still matters.',
  ),
  RECIPIENT_NOT_ON_WHATSAPP: describe(
    'refused',
    'never',
    422,
    'The recipient is not on WhatsApp.',
    'Check the number and its country code.',
  ),
  MESSAGE_NOT_FOUND: describe(
    'input',
    'never',
    404,
    'This device knows no such message.',
    'Use the ID of a message that was received in the same chat, or that the call to send has returned.',
  ),
  STORAGE_NOT_WRITABLE: describe(
    'storage',
    'never',
    500,
    'The storage folder cannot be created or written.',
    'Give the user of this process the right to write to the folder, or choose another one.',
  ),
  STORAGE_TOO_NEW: describe(
    'storage',
    'never',
    500,
    'The storage was written by a newer version of Wharf.',
    'Update Wharf, or point it at another storage folder. Nothing was changed.',
  ),
  STORAGE_DAMAGED: describe(
    'storage',
    'never',
    500,
    'A file of the storage is damaged, or is not one of Wharf.',
    'Restore the folder from a backup, or move it away and log in again.',
  ),
  STORAGE_NOT_FOUND: describe(
    'input',
    'never',
    404,
    'There is no storage of Wharf in this folder.',
    'Give the folder that holds wharf.db.',
  ),
  STORAGE_FULL: describe(
    'storage',
    'later',
    507,
    'There is no space left for the storage folder.',
    'Free some space on its disk; what was received meanwhile is fetched again. Then repeat the call.',
  ),
  STORAGE_IN_USE: describe(
    'storage',
    'later',
    409,
    'The storage is in use by another process.',
    'To encrypt, re-key or decrypt it, stop every process that uses it. If such a command is running, wait for its end.',
  ),
  STORAGE_NOT_ENCRYPTED: describe(
    'storage',
    'never',
    409,
    'A key was given, and the storage is not encrypted. Nothing was changed.',
    'Encrypt it with: npx -p @wharf/core wharf-storage encrypt --storage DIR. To go on without encryption, take the key away.',
  ),
  ENCRYPTION_KEY_MISSING: describe(
    'storage',
    'never',
    500,
    'The storage is encrypted, and no key was given. Nothing was changed.',
    'Give the key by the option encryptionKey or encryptionKeyFile, or by WHARF_ENCRYPTION_KEY or WHARF_ENCRYPTION_KEY_FILE.',
  ),
  ENCRYPTION_KEY_WRONG: describe(
    'storage',
    'never',
    500,
    'The storage is encrypted with another key. Nothing was changed.',
    'Give the key it was encrypted with last. Without that key nobody can read the storage; move it away and log in again.',
  ),
  ENCRYPTION_KEY_EXPOSED: describe(
    'storage',
    'never',
    500,
    'Other users of this machine can read the file with the encryption key.',
    'Run chmod 600 on the key file.',
  ),
  ENCRYPTION_KEY_UNREADABLE: describe(
    'storage',
    'never',
    500,
    'The file with the encryption key cannot be read, is empty, or is too long to be one.',
    'Check its path, and that the user of this process may read it. It holds nothing but the key.',
  ),
  STORAGE_OPEN: describe(
    'state',
    'later',
    409,
    'This process has a manager for this storage folder already.',
    'Join it with shareManager, or close it before you open another one.',
  ),
  OPTIONS_DIFFER: describe(
    'input',
    'never',
    409,
    'The storage folder is open in this process with another value of an option.',
    'Read the name of the option in the details, and give it the same value wherever you open this storage, or leave it out.',
  ),
  MANAGER_CLOSED: describe(
    'state',
    'never',
    503,
    'The manager was closed.',
    'Open a manager again, and make the call there.',
  ),
} as const satisfies Record<string, ErrorCodeDescription>;

export type ErrorCode = keyof typeof errorCodes;
