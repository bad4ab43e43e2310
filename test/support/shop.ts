import type { Content, Manager, ManagerOptions, Message, OutgoingContentInput } from '@wharf/core';
import type { ChatMessage, Contact, Simulator } from '@wharf/simulator';
import { expect } from 'vitest';
import { temporaryFolder } from './storage.js';
import { link, startManager, startSimulator, stateOf, watch } from './world.js';

export const SHOP = '15550001';
export const VERA = '15550009';

/** A shop with a device, and Vera, who writes to it. */
export class Shop {
  private constructor(
    readonly simulator: Simulator,
    readonly storage: string,
    public manager: Manager,
    readonly vera: Contact,
    public heard: ReturnType<typeof watch>,
  ) {}

  static async open(options: Partial<ManagerOptions> = {}): Promise<Shop> {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const manager = await startManager(simulator, { storage, ...options });
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', SHOP);
    await manager.updateSettings('shop', { pacing: { enabled: false } });
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    return new Shop(simulator, storage, manager, vera, watch(manager));
  }

  /** Ends the process, as far as the storage can tell, and begins anew. */
  async restart(): Promise<void> {
    await this.manager.close();
    this.manager = await startManager(this.simulator, { storage: this.storage });
    this.heard = watch(this.manager);
    await stateOf(this.manager, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
  }

  /** The message with this ID, once it is in the log. */
  async received({ id }: { id: string }): Promise<Message> {
    const find = () =>
      this.heard.events.flatMap((event) =>
        event.type === 'message' && event.payload.id === id ? [event.payload] : [],
      )[0];
    await this.heard.until(`message ${id} is in the log`, () => find() !== undefined);
    return find() as Message;
  }

  /** Sends a content, to Vera unless told otherwise, and waits until the server has it. */
  async send(content: OutgoingContentInput | Content, to = VERA): Promise<string> {
    const { messageId } = await this.manager.send('shop', { to, content });
    expect(await this.manager.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
    return messageId;
  }

  /** What somebody's phone shows of a message that the device has sent. */
  async shown(id: string, who: Contact = this.vera): Promise<ChatMessage> {
    return who.waitForMessage((message) => message.id === id);
  }
}
