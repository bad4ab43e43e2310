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
// Groups
export type { GroupDesk, PersonOutcome } from './groups/group-desk.js';
export type { GroupView } from './groups/group-view.js';
export type { GroupSettings } from './groups/settings.js';
export type { Logger } from './logger.js';
// Messages
export type { Content, ContentInput } from './messages/content.js';
export type { SendFaults } from './messages/outbox.js';
// Running it
export {
  type AccountView,
  createSimulator,
  type DeviceView,
  type Simulator,
  type SimulatorEndpoint,
  type SimulatorEvents,
  type SimulatorOptions,
  type Statistics,
} from './simulator.js';
