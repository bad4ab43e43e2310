import { EventEmitter } from 'node:events';
import type { NodeAPI, NodeMessage, NodeStatus } from 'node-red';
import { vi } from 'vitest';
import { defineNode, type NodeType } from './define-node.js';

/** A node as Node-RED would make it, and all that it has said. */
export interface FakeNode {
  id: string;
  sent: NodeMessage[];
  statuses: NodeStatus[];
  /** What went to `node.error`, for the Catch nodes. */
  errors: Error[];
  warnings: string[];
  /** Gives it a message; resolves with the arguments of every call of `done` once there was one. */
  receive(message: NodeMessage): Promise<(Error | undefined)[]>;
  close(isRemoved?: boolean): Promise<void>;
}

/** As much of Node-RED as the wrapper needs, for what a real one cannot be made to do in a test. */
export class FakeNodeRed {
  readonly events = new EventEmitter();
  /** What `node.send` throws. */
  failsToSend: Error | undefined;
  /** What `getNode` finds. */
  readonly configNodes = new Map<string, object>();
  /** What went to the log of Node-RED. */
  readonly logged: string[] = [];
  #make: ((this: object, definition: object) => void) | undefined;

  define<Config>(nodeType: NodeType<Config>): void {
    defineNode(this.#api(), nodeType);
  }

  /** Constructs a node; the deploy it belongs to ends at once. */
  async create(definition: Record<string, unknown> = {}): Promise<FakeNode> {
    const emitter = new EventEmitter();
    const said = { sent: [], statuses: [], errors: [], warnings: [] } as Pick<
      FakeNode,
      'sent' | 'statuses' | 'errors' | 'warnings'
    >;
    const node = Object.assign(emitter, {
      id: 'node',
      status: (status: NodeStatus) => said.statuses.push(status),
      error: (error: Error) => said.errors.push(error),
      warn: (warning: string) => said.warnings.push(warning),
      send: (message: NodeMessage) => {
        if (this.failsToSend) throw this.failsToSend;
        said.sent.push(message);
      },
    });
    this.#make?.call(node, definition);
    this.events.emit('flows:started');
    await Promise.resolve();
    return {
      id: 'node',
      ...said,
      receive: async (message) => {
        const calls: (Error | undefined)[] = [];
        const send = (answer: NodeMessage) => said.sent.push(answer);
        emitter.emit('input', message, send, (error?: Error) => calls.push(error));
        await vi.waitFor(() => {
          if (calls.length === 0) throw new Error('done was not called');
        });
        return calls;
      },
      close: (isRemoved = false) => new Promise((resolve) => void emitter.emit('close', isRemoved, resolve)),
    };
  }

  #api(): NodeAPI {
    const api = {
      _: (key: string) => key,
      log: { error: (line: string) => this.logged.push(line) },
      events: this.events,
      nodes: {
        createNode: () => undefined,
        getNode: (id: string) => this.configNodes.get(id),
        registerType: (_type: string, make: (this: object, definition: object) => void) => {
          this.#make = make;
        },
      },
      util: {
        evaluateNodeProperty: (
          property: string,
          type: string,
          _node: object,
          message: Record<string, unknown>,
          callback: (error: Error | null, value: unknown) => void,
        ) => callback(null, type === 'msg' ? message[property] : property),
      },
    };
    return api as unknown as NodeAPI;
  }
}
