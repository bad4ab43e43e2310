import type { ErrorCode } from '../errors/codes.js';

/** What the server's refusal of a message means: the numbers are those WhatsApp sends in its acknowledgement. */
export function refusalCode(refusal: number): ErrorCode {
  switch (refusal) {
    case 463:
      return 'SEND_RESTRICTED';
    case 479:
      return 'SEND_MALFORMED';
    default:
      return 'SEND_REFUSED';
  }
}
