import type { z } from 'zod';
import type { ErrorCode } from '../errors/codes.js';
import { WharfError } from '../errors/errors.js';

/** The first thing that is wrong with an input, as an error that names the field. */
export function inputError({ issues }: z.ZodError): WharfError {
  const [issue] = issues;
  const code = issue?.code === 'custom' ? (issue.params?.code as ErrorCode | undefined) : undefined;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const option = [...(issue?.path ?? []), ...unknown].map(String).join('.') || 'input';
  return new WharfError(code ?? 'OPTION_INVALID', { details: { option } });
}
