import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { NodeOnCanvas, Workflow } from './rest.js';
import { node, start } from './workflows.js';

interface ChatRequest {
  messages: { role: string; content?: unknown }[];
  tools?: { function: { name: string } }[];
  stream?: boolean;
}

/** A language model for tests, spoken to as OpenAI's: it calls the first tool once, and then says what came of it. */
export async function startModel(
  call: Record<string, unknown>,
): Promise<{ url: string; requests: ChatRequest[] }> {
  const requests: ChatRequest[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const asked: ChatRequest = JSON.parse(body || '{"messages":[]}');
      requests.push(asked);
      const told = asked.messages.findLast(({ role }) => role === 'tool');
      const [tool] = asked.tools ?? [];
      const message =
        told || !tool
          ? { role: 'assistant', content: `done: ${JSON.stringify(told?.content)}` }
          : { role: 'assistant', content: null, tool_calls: [toolCall(tool.function.name, call)] };
      const finish_reason = told || !tool ? 'stop' : 'tool_calls';
      const common = { id: 'chat-1', created: 1, model: 'test' };
      if (asked.stream) {
        const chunk = {
          ...common,
          object: 'chat.completion.chunk',
          choices: [{ index: 0, delta: message, finish_reason }],
        };
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
        return;
      }
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          ...common,
          object: 'chat.completion',
          choices: [{ index: 0, message, finish_reason }],
          usage,
        }),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests };
}

const toolCall = (name: string, input: Record<string, unknown>) => ({
  index: 0,
  id: 'call-1',
  type: 'function',
  function: { name, arguments: JSON.stringify(input) },
});

/** An agent with a model and tools; each tool names the node that it serves. */
export function agent(
  name: string,
  model: { id: string; name: string },
  tools: { tool: NodeOnCanvas; of: string }[],
): Workflow {
  const nodes = [
    start(),
    node('Agent', {
      type: '@n8n/n8n-nodes-langchain.agent',
      typeVersion: 3.1,
      parameters: { promptType: 'define', text: 'Tell Vera when we close.', options: {} },
    }),
    node('Model', {
      type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
      typeVersion: 1.1,
      parameters: { model: 'test', options: {} },
      credentials: { openAiApi: model },
    }),
    ...tools.map(({ tool }) => tool),
  ];
  const connections: Workflow['connections'] = {
    Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
    Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
  };
  for (const { tool, of } of tools)
    connections[tool.name] = { ai_tool: [[{ node: of, type: 'ai_tool', index: 0 }]] };
  return { name, nodes, connections };
}
