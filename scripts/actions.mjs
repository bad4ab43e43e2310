// Writes what is made from the catalogue of actions: docs/actions.md, and what n8n's node is built from. Core must be built.
import { writeFileSync } from 'node:fs';
import { actions, jsonSchemaOf } from '../packages/core/dist/index.js';
import { actionsPage } from './lib/actions-page.mjs';
import { n8nActions } from './lib/n8n-actions.mjs';

const write = (file, text) => writeFileSync(new URL(`../${file}`, import.meta.url), text);

write('docs/actions.md', actionsPage(actions, jsonSchemaOf));
write('packages/n8n-nodes/src/catalogue/actions.json', n8nActions(actions, jsonSchemaOf));
