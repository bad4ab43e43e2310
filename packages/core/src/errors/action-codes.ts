import { describe, type ErrorCodeDescription } from './describe.js';

/** What can go wrong when a device is asked to do something at once. */
export const actionErrorCodes = {
  ACTION_NOT_FOUND: describe(
    'input',
    'never',
    404,
    'There is no action with this name.',
    'Use a name of the catalogue, such as group.create; docs/actions.md has them all.',
  ),
  DEVICE_RECONNECTING: describe(
    'state',
    'later',
    503,
    'The device has no connection just now, and this cannot wait for one as a message can.',
    'Try again when the device is connected; its state says when it tries next.',
  ),
  CHAT_NOT_FOUND: describe(
    'input',
    'never',
    404,
    'There is no such chat on this device.',
    'List the chats of the device and use one of their JIDs; a chat is there once a message has come or gone.',
  ),
  LOGIN_NOT_FOUND: describe(
    'state',
    'never',
    404,
    'No login of this device is under way in this process.',
    'Begin a login, or ask the process in which it was begun.',
  ),
  APP_STATE_KEY_MISSING: describe(
    'state',
    'later',
    409,
    'The phone has not shared the key yet by which an account keeps pins, labels and the like.',
    'Open WhatsApp on the phone, wait a minute and try again.',
  ),
  ACTION_NOT_ALLOWED: describe(
    'refused',
    'never',
    403,
    'WhatsApp does not let this account do or see that.',
    'Check that the account is in the group and an admin where that is needed, and that the other person shares it.',
  ),
  ACTION_TARGET_NOT_FOUND: describe(
    'refused',
    'never',
    404,
    'WhatsApp knows nothing under this address, or nothing of the kind.',
    'Check the address, the link or the number; an invite link that was reset is no longer good.',
  ),
  ACTION_NOT_ACCEPTED: describe(
    'refused',
    'never',
    422,
    'WhatsApp did not accept what it was asked for.',
    'Read the number of the refusal in the details, and check the values: their length, their form, who is named.',
  ),
  ACTION_CONFLICT: describe(
    'refused',
    'later',
    409,
    'It conflicts with what is there already, or somebody has changed it meanwhile.',
    'Read the present state and try again if it still matters.',
  ),
  ACTION_RATE_LIMITED: describe(
    'refused',
    'later',
    429,
    'WhatsApp finds that this account asks too often.',
    'Wait a few minutes and ask less often; what has been answered once can be kept for a while.',
  ),
  ACTION_DEFERRED: describe(
    'connection',
    'later',
    503,
    'WhatsApp could not do that just then.',
    'Try again later.',
  ),
  ANSWER_UNREADABLE: describe(
    'connection',
    'later',
    502,
    'WhatsApp has answered in a way that could not be understood.',
    'Try again; if it stays so, report it with the name of the action.',
  ),
} as const satisfies Record<string, ErrorCodeDescription>;
