import util from 'node:util';
import { Stop } from './stop.mjs';

/** Reads the command line of `npm run <script>`; an option that does not exist is refused with a sentence. */
export function readOptions(script, options) {
  const { values, tokens } = util.parseArgs({ options, strict: false, tokens: true });
  for (const { kind, rawName, value } of tokens) {
    if (kind === 'positional') throw new Stop(`"${value}" means nothing here: ${help(script)}.`);
    const known = options[rawName?.replace(/^--/, '')];
    if (!known) throw new Stop(`"${rawName}" is not an option: ${help(script)}.`);
    if (known.type === 'string' && value === undefined)
      throw new Stop(`"${rawName}" needs a value: ${help(script)}.`);
    if (known.type === 'boolean' && value !== undefined)
      throw new Stop(`"${rawName}" takes no value: ${help(script)}.`);
  }
  return values;
}

function help(script) {
  return `run "npm ${script} -- --help" for the options there are`;
}
