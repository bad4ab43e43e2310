import { describe, type ErrorCodeDescription } from './describe.js';

/** Why something cannot be done to a message that is there. */
export const messageErrorCodes = {
  MESSAGE_NOT_OWN: describe(
    'input',
    'never',
    403,
    'Somebody else wrote this message.',
    'Edit and take back only what this account wrote; in a group, an admin may take back what others wrote.',
  ),
  MESSAGE_TOO_OLD: describe(
    'input',
    'never',
    410,
    'It is too late: WhatsApp lets a message be edited for 15 minutes and taken back for 60 hours.',
    'Send another message that says what has changed.',
  ),
  MESSAGE_NOT_EDITABLE: describe(
    'input',
    'never',
    422,
    'This message has neither a text nor a caption, or it was taken back.',
    'Edit a text, or the caption of a picture, a video or a document; for anything else take the message back and send another one.',
  ),
  MESSAGE_NOT_FORWARDABLE: describe(
    'input',
    'never',
    422,
    'What this message says cannot be sent on.',
    'Forward what stands by itself and can be sent (see docs/messages.md), and nothing that is to be seen once or was taken back.',
  ),
} as const satisfies Record<string, ErrorCodeDescription>;
