/**
 * The HTTP API of Wharf's devices.
 *
 * @module
 */

export { answer, type Envelope, type ErrorEnvelope } from './http/envelope.js';
export type { RouteEntry } from './http/route-table.js';
export { type Scope, scopes } from './scopes.js';
export { createGateway, type GatewayOptions } from './server.js';
export type { Token } from './tokens/token.js';
export { Tokens } from './tokens/tokens.js';
