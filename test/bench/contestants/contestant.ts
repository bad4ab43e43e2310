import type { Endpoint } from '@wharf/core';

/** Where a contestant keeps what it keeps, and whom it talks to. */
export interface Place {
  folder: string;
  endpoint: Endpoint;
}

/** What a contestant tells of what comes in. */
export interface Listener {
  /** The consumer: it gets the id of each message that came in. */
  onMessage(id: string): void;
  /** So many messages from before the device was linked were taken in. */
  onHistory(messages: number): void;
}

/** A way to speak WhatsApp that is compared with others; it runs in a process of its own. */
export interface Contestant {
  /** Loads its modules, and what it has in memory by nature. Never part of what is measured. */
  load(place: Place): Promise<void>;
  /** Makes itself ready and connects nothing. */
  open(place: Place, listener: Listener): Promise<void>;
  /** Makes itself ready and connects every device of the folder at once, as a program does that starts again. */
  restore(place: Place, listener: Listener): Promise<void>;
  /** Links new devices, all at once; resolves when all of them are connected. */
  pair(devices: string[], onQr: (device: string, qr: string) => void): Promise<void>;
  /** Connects one device of the folder. */
  connect(device: string): Promise<void>;
  /** Lets so many more consumers read everything, each with its own cursor. Others than Wharf know one listener only. */
  addConsumers?(count: number, onMessage: (consumer: number, id: string) => void): void;
  /** Resolves when the text is accepted: it is in the queue, or, where there is none, on the wire. */
  send(device: string, phone: string, text: string): Promise<void>;
  /** Fetches the file of a message that came in; resolves when it is decrypted and verified. */
  download(device: string, messageId: string): Promise<void>;
  /** Disconnects, and writes down what the next process needs. */
  close(): Promise<void>;
}
