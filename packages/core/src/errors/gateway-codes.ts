import { describe, type ErrorCodeDescription } from './describe.js';

/** What a gateway says to those who speak HTTP with it. */
export const gatewayErrorCodes = {
  TOKEN_REQUIRED: describe(
    'input',
    'never',
    401,
    'The request has no token, or one that this gateway does not know.',
    'Send the header "Authorization: Bearer TOKEN" with a token of this gateway; its first start has printed one.',
  ),
  TOKEN_SCOPE_MISSING: describe(
    'input',
    'never',
    403,
    'The token does not allow this.',
    'Use a token with the scope in the details, or one that is not limited to some devices.',
  ),
  TOKEN_NOT_FOUND: describe(
    'input',
    'never',
    404,
    'There is no token with this ID.',
    'List the tokens and use one of their IDs.',
  ),
  GATEWAY_OPEN: describe(
    'input',
    'never',
    403,
    'A gateway without tokens answers this machine alone.',
    'Use the address 127.0.0.1 or localhost, or run the gateway with tokens.',
  ),
  ADDRESS_IN_USE: describe(
    'state',
    'later',
    409,
    'The gateway cannot listen at this address: another program does, or the machine has no such address.',
    'Stop the other program, or choose another port with --port or another address with --host.',
  ),
  PATH_NOT_ALLOWED: describe(
    'input',
    'never',
    403,
    'Files of the machine that a gateway runs on are not read or written for those who call it.',
    'Upload the file with POST /media and send it by its sha256; fetch media with GET /media/:sha256.',
  ),
  REQUEST_INVALID: describe(
    'input',
    'never',
    400,
    'The request cannot be read.',
    'Send a body of JSON, or of the kind that the route describes in /openapi.json.',
  ),
  REQUEST_TYPE_UNSUPPORTED: describe(
    'input',
    'never',
    415,
    'The route does not take a body of this type.',
    'Send JSON with the header "Content-Type: application/json", or multipart/form-data where there is a file.',
  ),
  REQUEST_TOO_LARGE: describe(
    'input',
    'never',
    413,
    'The body of the request is larger than the gateway allows.',
    'Upload files with POST /media; the limit can be set when the gateway is started.',
  ),
  REQUEST_TOO_OFTEN: describe(
    'input',
    'later',
    429,
    'There were more requests than the gateway allows.',
    'Wait as long as the header Retry-After says, in seconds. The limit can be set when the gateway is started.',
  ),
  ROUTE_NOT_FOUND: describe(
    'input',
    'never',
    404,
    'The gateway has no such route.',
    'Check the method and the path; GET /openapi.json has them all.',
  ),
  INTERNAL_ERROR: describe(
    'state',
    'later',
    500,
    'Something went wrong that should not have.',
    'Look into the log of the gateway for the request ID in the details, and report it.',
  ),
} as const satisfies Record<string, ErrorCodeDescription>;
