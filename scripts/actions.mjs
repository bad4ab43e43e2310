// Writes docs/actions.md from the catalogue of actions; core must be built.
import { writeFileSync } from 'node:fs';
import { actions, jsonSchemaOf } from '../packages/core/dist/index.js';
import { actionsPage } from './lib/actions-page.mjs';

writeFileSync(new URL('../docs/actions.md', import.meta.url), actionsPage(actions, jsonSchemaOf));
