/** Core, loaded when a device is first asked for something: n8n loads every node at its start, in every process. */
export function loadCore() {
  return import('@wharf/core');
}
