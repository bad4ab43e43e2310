import { describe, type ErrorCodeDescription } from './describe.js';

/** What can go wrong between a client and its gateway. */
export const clientErrorCodes = {
  GATEWAY_UNREACHABLE: describe(
    'connection',
    'later',
    502,
    'The gateway cannot be reached.',
    'Check its address and that it runs; then try again.',
  ),
  GATEWAY_TIMED_OUT: describe(
    'connection',
    'later',
    504,
    'The gateway did not answer in time.',
    'Try again later. What was asked for may be done all the same.',
  ),
  GATEWAY_ANSWER_UNREADABLE: describe(
    'connection',
    'later',
    502,
    'What answers at the address of the gateway is no gateway of Wharf, or one of another version.',
    'Check the address, and that nothing stands in between that answers by itself; update both sides.',
  ),
} as const satisfies Record<string, ErrorCodeDescription>;
