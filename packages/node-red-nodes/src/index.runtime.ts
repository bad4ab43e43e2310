import { assertNodeVersion } from '@wharf/core';
import type { NodeAPI } from 'node-red';
import { actionNode } from './nodes/action/runtime.js';
import { askNode } from './nodes/ask/runtime.js';
import { commandNode } from './nodes/command/runtime.js';
import { addAdminRoutes } from './nodes/device/admin.js';
import { deviceNode } from './nodes/device/runtime.js';
import { loginNode } from './nodes/login/runtime.js';
import { logoutNode } from './nodes/logout/runtime.js';
import { messageInNode } from './nodes/message-in/runtime.js';
import { sendNode } from './nodes/send/runtime.js';
import { stateInNode } from './nodes/state-in/runtime.js';
import { connect } from './shared/connect.js';
import { defineNode } from './shared/define-node.js';

/** What Node-RED calls once when it loads the package: registers the node types and the routes of the editor. */
export default function whatsappDevice(RED: NodeAPI): void {
  // Core loads its native parts only when they are needed; under an old Node.js it must not come to that.
  assertNodeVersion();
  const connection = connect(RED);
  addAdminRoutes(RED, connection);
  defineNode(RED, deviceNode(connection));
  defineNode(RED, messageInNode);
  defineNode(RED, stateInNode(connection));
  defineNode(RED, commandNode(connection));
  defineNode(RED, sendNode(connection));
  defineNode(RED, askNode(connection));
  defineNode(RED, actionNode(connection));
  defineNode(RED, loginNode(connection));
  defineNode(RED, logoutNode(connection));
}
