/** The client of a gateway, loaded when a device there is first asked for something. */
export function loadClient() {
  return import('@wharf/client');
}
