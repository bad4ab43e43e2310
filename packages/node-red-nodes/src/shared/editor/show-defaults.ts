import type { EditorNodeProperties } from 'node-red';

/**
 * Fills the fields of settings that a flow does not have, because it is older or was written by hand.
 *
 * Call it first in `oneditprepare`: the runtime reads the same defaults, and the dialog must not show blanks for them.
 */
export function showDefaults(node: EditorNodeProperties, defaults: Record<string, string>): void {
  const saved = new Map<string, unknown>(Object.entries(node));
  for (const [name, value] of Object.entries(defaults)) {
    if (saved.get(name) === undefined) $(`#node-input-${name}`).val(value);
  }
}
