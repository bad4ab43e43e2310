import { type ErrorCode, errorCodes, WharfError } from '@wharf/core';

type Details = WharfError['details'];

interface Envelope {
  code: string;
  results?: unknown;
}

/** What the gateway has answered, taken out of its envelope. @throws WharfError the one that the gateway tells of, GATEWAY_ANSWER_UNREADABLE */
export function resultsOf(status: number, body: string): unknown {
  const envelope = parse(body);
  if (!envelope) throw new WharfError('GATEWAY_ANSWER_UNREADABLE', { details: { status } });
  if (envelope.code === 'SUCCESS') return envelope.results;
  throw errorOf(envelope, status);
}

/** The same error as on the other side. One of a gateway that is newer than this client keeps its code in the details. */
function errorOf({ code, results }: Envelope, status?: number): WharfError {
  const details = (results as { details?: Details } | undefined)?.details ?? {};
  if (Object.hasOwn(errorCodes, code)) return new WharfError(code as ErrorCode, { details });
  return new WharfError('GATEWAY_ANSWER_UNREADABLE', { details: { ...details, code, status } });
}

function parse(body: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isEnvelope = typeof value === 'object' && value !== null && 'code' in value;
    return isEnvelope && typeof value.code === 'string' ? (value as Envelope) : undefined;
  } catch {
    return undefined;
  }
}
