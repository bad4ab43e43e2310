import type { Manager } from '@wharf/core';
import type { GatewayApp } from '../http/schemas.js';
import type { AddressOf } from '../routes/login.js';
import { chatRoutes } from './chat.js';
import { groupRoutes } from './group.js';
import { addGroupExport } from './group-export.js';
import { groupPeopleRoutes } from './group-people.js';
import { messageRoutes } from './message.js';
import { newsletterAndCallRoutes } from './newsletter-call.js';
import { addGowaRoute, type GowaRoute } from './route.js';
import { sendRoutes } from './send.js';
import { userRoutes } from './user.js';

/** The routes of GOWA that a client of it finds here too; docs/gowa-compatibility.md tells what differs. */
export const gowaRoutes: GowaRoute[] = [
  ...sendRoutes,
  ...messageRoutes,
  ...chatRoutes,
  ...userRoutes,
  ...groupRoutes,
  ...groupPeopleRoutes,
  ...newsletterAndCallRoutes,
];

export function addGowaRoutes(app: GatewayApp, manager: Manager, addressOf: AddressOf): void {
  for (const route of gowaRoutes) addGowaRoute(app, route, manager, addressOf);
  addGroupExport(app, manager);
}
