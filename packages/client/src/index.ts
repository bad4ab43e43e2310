/**
 * The devices of a Wharf gateway, used as if they ran in this process.
 *
 * @module
 */

export type {
  ActionInput,
  ActionName,
  ActionOutput,
  ConsumerRequest,
  Content,
  DeviceHost,
  DeviceInfo,
  DeviceState,
  ErrorCode,
  EventHandler,
  EventOf,
  EventType,
  Logger,
  Message,
  OutboxItem,
  OutgoingMessage,
  Reading,
  WharfEvent,
} from '@wharf/core';
export { errorCodes, isWharfError, WharfError } from '@wharf/core';
export { connectGateway, type GatewayHost, type GatewayOptions } from './connect-gateway.js';
