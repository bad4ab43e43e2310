import { describe, type ErrorCodeDescription } from './describe.js';

/** What can be wrong with a webhook. */
export const webhookErrorCodes = {
  WEBHOOK_NOT_FOUND: describe(
    'input',
    'never',
    404,
    'There is no webhook with this ID.',
    'List the webhooks and use one of their IDs. Those of a device are gone with it.',
  ),
  WEBHOOK_ADDRESS_REFUSED: describe(
    'input',
    'never',
    403,
    'The webhook leads to an address that is not public: this machine or its network.',
    'Use a public URL, or start the gateway with --allow-private-webhooks when only trusted people hold a token that manages webhooks.',
  ),
  DEAD_LETTER_NOT_FOUND: describe(
    'input',
    'never',
    404,
    'The webhook has no such dead letter.',
    'List its dead letters; one that was delivered at last is no longer there.',
  ),
} as const satisfies Record<string, ErrorCodeDescription>;
