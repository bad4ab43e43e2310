import type { NodeAPI } from 'node-red';
import { addAdminRoutes } from './nodes/device/admin.js';
import { deviceNode } from './nodes/device/runtime.js';
import { messageInNode } from './nodes/message-in/runtime.js';
import { sendNode } from './nodes/send/runtime.js';
import { stateInNode } from './nodes/state-in/runtime.js';
import { connect } from './shared/connect.js';
import { defineNode } from './shared/define-node.js';

/** Registers the four node types and the admin routes of the device dialog. */
export function register(RED: NodeAPI): void {
  const connection = connect(RED);
  addAdminRoutes(RED, connection);
  defineNode(RED, deviceNode(connection));
  defineNode(RED, messageInNode);
  defineNode(RED, stateInNode(connection));
  defineNode(RED, sendNode(connection));
}
