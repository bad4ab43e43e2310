/**
 * Many WhatsApp accounts at once, each a device with its own state, session and storage.
 *
 * @module
 */

// For those who make adapters
export type { Action, Need } from './actions/action.js';
export {
  type ActionInput,
  type ActionName,
  type ActionOutput,
  actions,
} from './actions/catalogue.js';
export { inputError } from './actions/input-error.js';
export { type ActionJsonSchema, jsonSchemaOf } from './actions/json-schema.js';
export { backupStorage, type CopyProgress } from './backup-storage.js';
export { bounds } from './bounds.js';
export type { DeviceLibrary } from './device/device-library.js';
export type { Login, LoginMethod, LoginOutcome, LoginStep } from './device/login.js';
export type { RunPolicy } from './device/ownership.js';
export { decryptStorage, encryptStorage, type KeyText, rekeyStorage } from './encrypt-storage.js';
// For those who handle errors
export { type ErrorCode, type ErrorKind, errorCodes } from './errors/codes.js';
export { isWharfError, WharfError } from './errors/errors.js';
export { loggable } from './errors/loggable.js';
// For those who read the log
export type { Consumer, EventHandler } from './events/consumer.js';
export {
  type ConsumerRequest,
  type EventOf,
  type EventType,
  eventTypes,
  type WharfEvent,
} from './events/events.js';
export { eventJsonSchemas, eventSchemas } from './events/schemas.js';
export type { DeviceHost, Reading } from './host.js';
export type { MessageDetails } from './inbox/message-details.js';
export type { MessageSearch, Page } from './inbox/page.js';
export { Manager, type StateListener } from './manager.js';
// For those who call URLs that others have chosen
export { assertAllowedHost, guardedLookup, loadIsPublic } from './media/source/public-address.js';
export { assertNodeVersion } from './node-version.js';
export { type ManagerOptions, openManager } from './open-manager.js';
// For everyone
export { hasReached } from './outbox/milestones.js';
export { type Lease, shareManager } from './runtime.js';
// For those who make command lines
export { runStorageCommand, storageCommands } from './storage-commands.js';
export type { Chat, StoredChat } from './store/store.js';
// For those who deliver the log by HTTP
export {
  type DeadLetter,
  type WebhookOutage,
  type WebhookRecord,
  webhookConsumer,
} from './store/webhooks.js';
export type { ChatMarks, Label, LabelUse } from './types/app-state.js';
export type { Call, CallStep } from './types/call.js';
export type { Channel, ChannelPost } from './types/channel.js';
export type { About, BusinessProfile, NumberCheck, Picture } from './types/contact.js';
export {
  type Content,
  type ContentKind,
  type ContentOf,
  contentKinds,
  contentSchema,
  textOf,
} from './types/content.js';
export type { MediaReference, MessageRef, Quoted } from './types/content-parts.js';
export type { Account, DeviceInfo, DeviceState, DeviceStateName } from './types/device.js';
export type { Durability } from './types/durability.js';
export type { Endpoint } from './types/endpoint.js';
export type { Group, GroupParticipant, JoinRequest, MemberOutcome } from './types/group.js';
export type { HistoryProgress, HistorySyncType } from './types/history.js';
export { type HistorySettings, historySettings } from './types/history-settings.js';
export type { DeviceId, Jid, MessageId } from './types/ids.js';
// For adapters
export { isDeviceId, isGroupJid, parseRecipient, phoneOf } from './types/ids.js';
export { messageJsonSchemas, messageSchema } from './types/json-schemas.js';
export type {
  Delivery,
  Message,
  OutboxItem,
  OutboxState,
  OutgoingMessage,
  Person,
  SendMilestone,
  SendOptions,
  UndecryptableMessage,
  UndecryptableReason,
} from './types/message.js';
export {
  type OutgoingContent,
  type OutgoingContentInput,
  type OutgoingKind,
  outgoingContentSchema,
  outgoingKinds,
} from './types/outgoing.js';
export type { PacingSettings } from './types/pacing-settings.js';
export type { PrivacySettings } from './types/profile.js';
export type { OptionTally, Response, ResponseContent } from './types/response.js';
export { type DeviceSettings, type DeviceSettingsPatch, deviceSettings } from './types/settings.js';
export { type Clock, systemClock } from './util/clock.js';
export { FairTurns } from './util/event-loop.js';
export { type Logger, silentLogger } from './util/logger.js';
export { passes } from './webhooks/chat-filter.js';
export {
  type Webhook,
  type WebhookPatch,
  type WebhookRequest,
  webhookPatch,
  webhookRequest,
} from './webhooks/webhook.js';
export type { Webhooks } from './webhooks/webhooks.js';
