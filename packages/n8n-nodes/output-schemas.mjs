import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { actions, jsonSchemaOf } from '../core/dist/index.js';

/** Where n8n looks for the output of an operation, to offer its fields before the first run. */
const VERSION = 'v1.0.0';

/** Writes the schema of one output item of every operation. */
export async function outputSchemas(nodes) {
  for (const name of Object.keys(actions)) {
    const [resource, operation] = name.split('.');
    const { output } = jsonSchemaOf(name);
    // A list becomes an item for each entry.
    const item = output.type === 'array' ? output.items : output;
    await write(join(nodes, 'WhatsAppDevice', '__schema__', VERSION, resource, `${operation}.json`), item);
  }
}

async function write(file, schema) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...schema, version: 1 }, null, 2)}\n`);
}
