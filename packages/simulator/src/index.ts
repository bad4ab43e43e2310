/**
 * A WhatsApp server on loopback that speaks the real wire protocol, with virtual phones and contacts.
 *
 * @packageDocumentation
 */

// People
export type { Contact } from './accounts/contact.js';
export type { ChatMessage, Delivery } from './accounts/state.js';
// Media, and what is around messages
export type { SharedSettings } from './appstate/phone-settings.js';
export type { Call } from './calls/call-desk.js';
// What can go wrong
export { SimulatorError } from './errors.js';
// Faults on demand
export type { FaultView } from './faults/active-fault.js';
export type { FaultDesk } from './faults/desk.js';
export { createDice } from './faults/dice.js';
export type { Fault, FaultScript } from './faults/fault.js';
// Groups
export type { GroupDesk, PersonOutcome } from './groups/group-desk.js';
export type { GroupView } from './groups/group-view.js';
export type { GroupSettings } from './groups/settings.js';
// Running it
export type { QrLifetime } from './handlers/qr-refs.js';
export type { HistoryKind, HistoryTransport } from './history/send-history.js';
// What clients do with their keys
export { CipherLedger, type ReusedKey } from './ledger/cipher-ledger.js';
export type { Logger } from './logger.js';
export type { Attachment, AttachmentKind } from './media/attachment.js';
export type { OutgoingAttachment } from './media/attachments.js';
// Messages
export type { Content, ContentInput } from './messages/content.js';
export type { SendFaults } from './messages/outbox.js';
// Newsletters
export type { NewsletterDesk, NewsletterView } from './newsletters/newsletter-desk.js';
export type { SeenPresence } from './presence/presence-board.js';
export type { BusinessProfile } from './profile/state.js';
export {
  type AccountView,
  createSimulator,
  type DeviceView,
  type Simulator,
  type SimulatorEndpoint,
  type SimulatorEvents,
  type SimulatorOptions,
  type StanzaOnTheWire,
  type Statistics,
} from './simulator.js';
export type { Traffic, TrafficResult } from './traffic/traffic.js';
export type { TrafficOptions, TrafficVolume } from './traffic/volume.js';
