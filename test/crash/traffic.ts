import { setTimeout as delay } from 'node:timers/promises';
import type { Contact } from '@wharf/simulator';
import type { Errand } from './plan.js';
import { SHOP, type World } from './world.js';

/** Something that the device shall send. The text is unique, and is the idempotency key as well. */
export interface WantedSend {
  to: string;
  text: string;
  recipients: string[];
}

/** The people around the device, going about their errands whether it lives or not. */
export class Traffic {
  readonly #under: Promise<void>[] = [];
  #lastText = 0;

  constructor(
    private readonly world: World,
    /** Asks the device to send. */
    private readonly ask: (send: WantedSend) => void,
  ) {}

  /** Sets out on the errands of one life of the device. */
  begin(errands: Errand[]): void {
    for (const errand of errands) {
      this.#under.push(delay(errand.atMs).then(() => this.#run(errand)));
    }
  }

  /** Resolves when everybody is back. */
  async end(): Promise<void> {
    await Promise.all(this.#under);
  }

  async #run({ kind, choice }: Errand): Promise<void> {
    const { world } = this;
    switch (kind) {
      case 'textIn':
        return this.#write(world.person(choice), SHOP);
      case 'imageIn':
        return this.#writeImage(world.person(choice), SHOP);
      case 'groupIn':
      case 'groupImageIn': {
        const { to, members } = world.group(choice);
        const author = members[this.#lastText % members.length] as Contact;
        return kind === 'groupIn' ? this.#write(author, to) : this.#writeImage(author, to);
      }
      case 'unreadableIn':
        return this.#write(world.person(choice), SHOP, true);
      case 'phoneIn':
        return this.#write(world.simulator.phone(SHOP), world.person(choice).phone);
      case 'strangerIn':
        return this.#write(world.addStranger(), SHOP);
      case 'textOut':
        return this.#send([world.person(choice)]);
      case 'groupOut': {
        const { to, members } = world.group(choice);
        return this.#send(members, to);
      }
      case 'strangerOut':
        return this.#send([world.addStranger()]);
    }
  }

  async #write(author: Contact, to: string, isSpoiled = false): Promise<void> {
    const faults = isSpoiled ? { undecryptable: 'once' as const } : {};
    const { id } = await author.send(to, this.#newText(), faults);
    this.world.tally.sentIn(id, isSpoiled);
  }

  async #writeImage(author: Contact, to: string): Promise<void> {
    const caption = this.#newText();
    const { id } = await author.attachments.send(to, { kind: 'image', data: Buffer.from(caption), caption });
    this.world.tally.sentIn(id, false);
  }

  #send(members: Contact[], to = members[0]?.phone ?? ''): void {
    const recipients = members.map(({ phone }) => phone);
    this.ask({ to, text: this.#newText(), recipients });
  }

  #newText(): string {
    this.#lastText += 1;
    return `text ${this.#lastText}`;
  }
}
