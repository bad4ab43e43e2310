import type { Node, NodeAPI, NodeCredentials, NodeDef, NodeMessage, NodeMessageInFlow } from 'node-red';
import type { z } from 'zod';
import { deployed } from './deploy.js';
import { errorStatus, toNodeError } from './errors.js';
import { Badge } from './status.js';
import { within } from './within.js';

/** A node type, seen from our side. */
export interface NodeType<Config> {
  type: `wharf-${string}`;
  /** Of the saved settings. Raise it when their meaning changes, and say in `upgrade` how older ones are read. */
  version: number;
  /** What the settings must look like; every missing one needs a default, or an old flow stops working. */
  config: z.ZodType<Config>;
  /** What Node-RED keeps encrypted and apart from the flow. */
  credentials?: NodeCredentials<{ [name: string]: string }>;
  upgrade?(saved: Record<string, unknown>, fromVersion: number): Record<string, unknown>;
  /** Called once for every node that Node-RED makes. What it throws is shown on the node. */
  setUp(life: NodeLife, config: Config): void;
}

/** What a node makes of a message: nothing, a message, or one for each output. `send` is for those that come before. */
export type InputHandler = (
  message: NodeMessageInFlow,
  send: (message: Answer) => void,
) => Promise<Answer | undefined>;
export type Answer = NodeMessage | (NodeMessage | null)[];

/** Node-RED waits 15 s for a node to close; ours are done much sooner, whatever hangs. */
const closeBoundMs = 4_000;

/**
 * The life of one node, from its construction until it has closed.
 *
 * A promise rejected in Node-RED without a catch ends the whole process; therefore everything a node does later
 * goes through here: `onInput`, `background`, `owns`.
 */
export class NodeLife {
  readonly badge: Badge;
  /** Resolves when every node of this deploy is there. */
  readonly started: Promise<void>;
  readonly #failureListeners: ((thrown: unknown) => void)[] = [];
  #disposers: ((isRemoved: boolean) => unknown)[] = [];
  #isClosed = false;

  constructor(
    readonly RED: NodeAPI,
    readonly node: Node,
  ) {
    this.badge = new Badge(node);
    this.started = deployed(RED);
    node.on('close', (isRemoved: boolean, done: () => void) => {
      this.#guard(async () => {
        await this.#close(isRemoved);
        done();
      });
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Takes charge of what must be undone when the node closes; at once when it has closed already. */
  owns(dispose: (isRemoved: boolean) => unknown): void {
    if (this.#isClosed) void this.#dispose(dispose, false);
    else this.#disposers.push(dispose);
  }

  /** Does work nobody waits for; a failure goes to the Catch nodes and the badge. */
  background(work: () => unknown): void {
    void (async () => work())().catch((error: unknown) => this.fail(error));
  }

  /** Shows and reports a failure that belongs to no message. Nothing is said after the node has closed. */
  fail(thrown: unknown): void {
    if (this.#isClosed) return;
    this.#noteFailure(thrown);
    this.#guard(async () => {
      await this.started;
      this.node.error(toNodeError(thrown), {});
    });
  }

  /** Hears of every failure of this node, for those who keep a record of them. */
  onFailure(listener: (thrown: unknown) => void): void {
    this.#failureListeners.push(listener);
  }

  /** Answers every message with what the handler returns; `done` is called exactly once, with the error if there is one. */
  onInput(handler: InputHandler): void {
    this.node.on('input', (message, send, done) => {
      this.#guard(async () => {
        let failure: Error | undefined;
        try {
          const answer = await handler(message, send);
          if (answer) send(answer);
          if (!this.#isClosed) this.badge.showOwn(undefined);
        } catch (thrown) {
          if (!this.#isClosed) this.#noteFailure(thrown);
          failure = toNodeError(thrown);
        }
        done(failure);
      });
    });
  }

  #noteFailure(thrown: unknown): void {
    this.badge.showOwn(errorStatus(thrown));
    for (const listener of this.#failureListeners) listener(thrown);
  }

  /** What is left to go wrong is Node-RED itself: it is told in the log, and does not end the process. */
  #guard(work: () => Promise<void>): void {
    void work().catch((thrown: unknown) => {
      this.RED.log.error(`WhatsApp device: ${toNodeError(thrown).message}`);
    });
  }

  async #close(isRemoved: boolean): Promise<void> {
    this.#isClosed = true;
    const disposers = this.#disposers.reverse();
    this.#disposers = [];
    await within(closeBoundMs, Promise.all(disposers.map((dispose) => this.#dispose(dispose, isRemoved))));
  }

  async #dispose(dispose: (isRemoved: boolean) => unknown, isRemoved: boolean): Promise<void> {
    try {
      await dispose(isRemoved);
    } catch (thrown) {
      this.node.warn(toNodeError(thrown).message);
    }
  }
}

/** Registers a node type with Node-RED: settings are upgraded and checked, and nothing a node does can end the process. */
export function defineNode<Config>(RED: NodeAPI, nodeType: NodeType<Config>): void {
  RED.nodes.registerType(
    nodeType.type,
    function (this: Node, definition: NodeDef) {
      RED.nodes.createNode(this, definition);
      const life = new NodeLife(RED, this);
      try {
        nodeType.setUp(life, readConfig(nodeType, { ...definition }));
      } catch (thrown) {
        life.fail(thrown);
      }
    },
    nodeType.credentials ? { credentials: nodeType.credentials } : {},
  );
}

/** Reads saved settings, also those of an older version of the node type. */
export function readConfig<Config>(nodeType: NodeType<Config>, saved: Record<string, unknown>): Config {
  const version = typeof saved.version === 'number' ? saved.version : 1;
  const upgraded = version < nodeType.version ? (nodeType.upgrade?.(saved, version) ?? saved) : saved;
  return nodeType.config.parse(upgraded);
}
