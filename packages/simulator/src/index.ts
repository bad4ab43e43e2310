/**
 * A WhatsApp server on loopback that speaks the real wire protocol, with virtual phones and contacts.
 *
 * @packageDocumentation
 */

// People
export type { Contact } from './accounts/contact.js';
export type { ChatMessage, Delivery } from './accounts/state.js';
// What can go wrong
export { SimulatorError } from './errors.js';
// Faults on demand
export type { FaultView } from './faults/active-fault.js';
export type { FaultDesk } from './faults/desk.js';
export type { Fault, FaultScript } from './faults/fault.js';
// Groups
export type { GroupDesk, PersonOutcome } from './groups/group-desk.js';
export type { GroupView } from './groups/group-view.js';
export type { GroupSettings } from './groups/settings.js';
// Running it
export type { QrLifetime } from './handlers/qr-refs.js';
export type { Logger } from './logger.js';
// Messages
export type { Content, ContentInput } from './messages/content.js';
export type { SendFaults } from './messages/outbox.js';
// Newsletters
export type { NewsletterDesk, NewsletterView } from './newsletters/newsletter-desk.js';
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
