/**
 * The device ID of a config node whose setting is blank.
 *
 * Not the bare node ID: Node-RED takes a setting that equals the ID of a node for a reference to it, and refuses to
 * start a node that refers to itself.
 */
export function defaultDeviceId(nodeId: string): string {
  return `device-${nodeId}`;
}
