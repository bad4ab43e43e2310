/** Puts settings that are no plain fields into a node; true when something changed, as `oneditsave` wants it. */
export function saveInto(node: object, settings: Record<string, unknown>): boolean {
  const before = new Map<string, unknown>(Object.entries(node));
  const changed = Object.entries(settings).filter(
    ([name, value]) => JSON.stringify(before.get(name)) !== JSON.stringify(value),
  );
  Object.assign(node, Object.fromEntries(changed));
  return changed.length > 0;
}
