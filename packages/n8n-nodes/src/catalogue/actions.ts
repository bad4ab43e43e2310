import actions from './actions.json' with { type: 'json' };

/** As much of JSON Schema as the fields of actions have. */
export interface FieldSchema {
  type?: string;
  description?: string;
  default?: string | number | boolean;
  enum?: string[];
  const?: unknown;
  anyOf?: FieldSchema[];
  items?: FieldSchema;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
}

export interface ActionField {
  name: string;
  isRequired: boolean;
  schema: FieldSchema;
}

/** An action of core's catalogue. */
export interface CatalogueAction {
  /** Resource and verb: `group.create`. */
  name: string;
  title: string;
  description: string;
  fields: ActionField[];
}

/** Core's catalogue, as `node scripts/actions.mjs` wrote it down: core itself is loaded at first use. */
export const catalogue = actions as CatalogueAction[];
