import {
  type IExecuteFunctions,
  type INode,
  type INodeExecutionData,
  NodeOperationError,
} from 'n8n-workflow';

/** What a user of n8n has set up wrong: a sentence, and what to do. */
export class SetupError extends Error {
  override readonly name = 'SetupError';

  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

interface Explained {
  sentence: string;
  remedy?: string;
  code?: string;
}

/** What a person needs to know of an error: a WharfError brings all of it, also one of another copy of the package. */
export function explain(error: unknown): Explained {
  const { message, remedy, code, details } = (error ?? {}) as {
    message?: string;
    remedy?: string;
    code?: string;
    details?: Record<string, unknown>;
  };
  if (typeof message !== 'string') return { sentence: String(error) };
  if (typeof remedy !== 'string') return { sentence: message };
  const sentence = message.endsWith(remedy) ? message.slice(0, -remedy.length).trim() : message;
  return { sentence, remedy: withDetails(remedy, details), ...(code ? { code } : {}) };
}

function withDetails(remedy: string, details: Record<string, unknown> = {}): string {
  const told = Object.entries(details).filter(([, value]) => value !== undefined);
  return told.length === 0
    ? remedy
    : `${remedy} (${told.map(([name, value]) => `${name}: ${String(value)}`).join(', ')})`;
}

/** Any error as n8n shows it: the sentence above, what to do below. */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): NodeOperationError {
  if (error instanceof NodeOperationError) return error;
  const { sentence, remedy, code } = explain(error);
  const shown = new NodeOperationError(node, sentence, {
    ...(itemIndex === undefined ? {} : { itemIndex }),
    ...(remedy === undefined ? {} : { description: remedy }),
  });
  if (code) shown.context.code = code;
  return shown;
}

/** The item of one that went wrong, for "Continue": n8n takes it for an error because it carries one. */
export function errorItem(context: IExecuteFunctions, error: unknown, item: number): INodeExecutionData {
  const { sentence, remedy, code } = explain(error);
  return {
    json: { error: sentence, ...(code ? { code } : {}), ...(remedy ? { remedy } : {}) },
    error: toNodeError(context.getNode(), error, item),
    pairedItem: { item },
  };
}
