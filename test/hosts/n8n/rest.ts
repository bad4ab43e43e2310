import { vi } from 'vitest';

/** n8n ties a session to the browser that logged in. */
export const BROWSER_ID = 'test';

const OWNER = { email: 'owner@example.com', firstName: 'Olga', lastName: 'Owner', password: 'Passw0rd!123' };

export interface NodeOnCanvas {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: Record<string, unknown>;
  credentials?: Record<string, { id: string; name: string }>;
  webhookId?: string;
  onError?: 'continueRegularOutput' | 'continueErrorOutput' | 'stopWorkflow';
}

export interface Workflow {
  name: string;
  nodes: NodeOnCanvas[];
  connections: Record<string, Record<string, { node: string; type: string; index: number }[][]>>;
  settings?: Record<string, unknown>;
}

export interface Saved {
  id: string;
  versionId: string;
}

export interface Item {
  json: Record<string, unknown>;
  binary?: Record<string, { mimeType: string; fileName?: string; data: string; id?: string }>;
  error?: { message: string; description?: string };
}

export interface NodeRun {
  error?: { message: string; description?: string; [key: string]: unknown };
  data?: Record<string, (Item[] | null)[] | undefined>;
}

export interface Execution {
  id: string;
  status: string;
  mode: string;
  workflowId: string;
  /** What each node gave, by its name. */
  runData: Record<string, NodeRun[]>;
  error?: { message: string; description?: string };
}

/** n8n's own REST interface, as its editor uses it. */
export class N8nRest {
  #cookie = '';

  constructor(
    readonly url: string,
    private readonly parseFlatted: (text: string) => unknown,
  ) {}

  async request(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      signal: AbortSignal.timeout(30_000),
      headers: {
        'content-type': 'application/json',
        'browser-id': BROWSER_ID,
        'push-ref': 'test',
        cookie: this.#cookie,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const cookie = response.headers.getSetCookie().find((value) => value.startsWith('n8n-auth='));
    if (cookie) this.#cookie = cookie.split(';')[0] ?? '';
    return response;
  }

  async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await this.request(method, `/rest${path}`, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text || '{}').data as Answer;
  }

  async setUpOwner(): Promise<void> {
    await this.call('POST', '/owner/setup', OWNER);
  }

  async logIn(): Promise<void> {
    await this.call('POST', '/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
  }

  /** The cookie of the session, for a browser. */
  get session(): { name: string; value: string } {
    const [name = '', value = ''] = this.#cookie.split('=');
    return { name, value };
  }

  async nodeTypes(): Promise<Record<string, unknown>[]> {
    return (await (await this.request('GET', '/types/nodes.json')).json()) as Record<string, unknown>[];
  }

  async createCredential(
    type: string,
    data: object,
    name = 'WhatsApp',
  ): Promise<{ id: string; name: string }> {
    const { id } = await this.call<{ id: string }>('POST', '/credentials', { name, type, data });
    return { id, name };
  }

  testCredential(type: string, data: object, saved?: { id: string; name: string }) {
    const credentials = { id: saved?.id ?? '', name: saved?.name ?? 'unsaved', type, data };
    return this.call<{ status: 'OK' | 'Error'; message: string }>('POST', '/credentials/test', {
      credentials,
    });
  }

  createWorkflow(workflow: Workflow): Promise<Saved> {
    return this.call('POST', '/workflows', { settings: { executionOrder: 'v1' }, ...workflow });
  }

  async updateWorkflow(saved: Saved, workflow: Partial<Workflow>): Promise<Saved> {
    return this.call('PATCH', `/workflows/${saved.id}`, { ...workflow, versionId: saved.versionId });
  }

  /** Publishes and waits until every trigger of the workflow runs. */
  async activate({ id, versionId }: Saved): Promise<void> {
    await this.call('POST', `/workflows/${id}/activate`, { versionId });
    await vi.waitFor(
      async () => {
        const status = await this.call<{ status: string }>('GET', `/workflows/${id}/publication-status`);
        if (status.status !== 'published') throw new Error(`Not published: ${JSON.stringify(status)}`);
      },
      { timeout: 20_000, interval: 100 },
    );
  }

  async deactivate({ id }: Saved): Promise<void> {
    await this.call('POST', `/workflows/${id}/deactivate`, {});
  }

  /** Presses the button under the canvas, and answers with the execution when it has ended or waits. */
  async run(saved: Saved, request: { trigger?: string; until?: string } = {}): Promise<Execution> {
    const { executionId } = await this.start(saved, request);
    return this.finished(executionId);
  }

  start({ id }: Saved, { trigger = 'Start', until }: { trigger?: string; until?: string } = {}) {
    const destinationNode = until ? { destinationNode: { nodeName: until, mode: 'inclusive' } } : {};
    return this.call<{ executionId: string }>('POST', `/workflows/${id}/run`, {
      triggerToStartFrom: { name: trigger },
      ...destinationNode,
    });
  }

  /** Waits until the execution has the status; any end will do by default. */
  finished(id: string, wanted: RegExp = /success|error|crashed|canceled|waiting/, timeout = 30_000) {
    return vi.waitFor(
      async () => {
        const execution = await this.execution(id);
        if (!wanted.test(execution.status)) throw new Error(`Execution ${id} is ${execution.status}.`);
        return execution;
      },
      { timeout, interval: 50 },
    );
  }

  async execution(id: string): Promise<Execution> {
    const raw = await this.call<Execution & { data: string }>('GET', `/executions/${id}`);
    const data = this.parseFlatted(raw.data) as
      | { resultData?: { runData?: Execution['runData']; error?: Execution['error'] } }
      | undefined;
    const error = data?.resultData?.error;
    return { ...raw, runData: data?.resultData?.runData ?? {}, ...(error ? { error } : {}) };
  }

  /** The executions of a workflow, oldest first; without their data. */
  async executions({ id }: Saved): Promise<{ id: string; status: string; mode: string }[]> {
    const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
    const { results } = await this.call<{ results: { id: string; status: string; mode: string }[] }>(
      'GET',
      `/executions?filter=${filter}&limit=100`,
    );
    return results.reverse();
  }

  /** Waits until the workflow has run that often, successfully, and answers with all executions there are. */
  waitForExecutions(saved: Saved, count: number, timeout = 20_000): Promise<Execution[]> {
    return vi.waitFor(
      async () => {
        const all = await this.executions(saved);
        const done = all.filter(({ status }) => status === 'success');
        if (done.length < count) throw new Error(`${done.length} of ${count}: ${JSON.stringify(all)}`);
        return Promise.all(all.map(({ id }) => this.execution(id)));
      },
      { timeout, interval: 100 },
    );
  }

  /** What a list of a resource locator shows. */
  async list(node: NodeOnCanvas, parameter: string, methodName: string, filter = '') {
    const { results } = await this.call<{ results: { name: string; value: string }[] }>(
      'POST',
      '/dynamic-node-parameters/resource-locator-results',
      {
        path: `parameters.${parameter}`,
        methodName,
        filter,
        nodeTypeAndVersion: { name: node.type, version: node.typeVersion },
        currentNodeParameters: node.parameters,
        credentials: node.credentials ?? {},
      },
    );
    return results;
  }
}

/** The items of a node's first run, by output. */
export function itemsOf(execution: Execution, node: string, output = 0): Item[] {
  return execution.runData[node]?.[0]?.data?.main?.[output] ?? [];
}
