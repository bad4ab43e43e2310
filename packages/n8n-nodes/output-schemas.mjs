import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { actions, jsonSchemaOf } from '../core/dist/index.js';

/** Where n8n looks for the output of an operation, to offer its fields before the first run. */
const VERSION = 'v1.0.0';

const text = { type: 'string' };
const object = (properties) => ({ type: 'object', properties });

/** What these give is not what the action does: simplified, or an answer of a person. */
const own = {
  'message.send': object({
    messageId: text,
    chat: text,
    state: text,
    delivery: text,
    queuedAt: text,
    sentAt: text,
  }),
  'message.sendAndWait': object({
    data: object({
      approved: { type: 'boolean' },
      text,
      respondedAt: text,
      responder: object({ jid: text, phone: text, name: text }),
    }),
  }),
};

/** Writes the schema of one output item of every operation. */
export async function outputSchemas(nodes) {
  for (const name of new Set([...Object.keys(actions), ...Object.keys(own)])) {
    const [resource, operation] = name.split('.');
    const item = own[name] ?? itemOf(jsonSchemaOf(name).output);
    await write(join(nodes, 'WhatsAppDevice', '__schema__', VERSION, resource, `${operation}.json`), item);
  }
}

async function write(file, schema) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...schema, version: 1 }, null, 2)}\n`);
}

/** A list becomes an item for each entry. */
const itemOf = (output) => (output.type === 'array' ? output.items : output);
