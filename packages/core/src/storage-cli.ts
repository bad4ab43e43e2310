#!/usr/bin/env node
import { isWharfError } from './errors/errors.js';
import { runStorageCommand } from './storage-commands.js';

runStorageCommand(process.argv.slice(2)).catch((error: unknown) => {
  const isUsage = error instanceof TypeError;
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${isWharfError(error) ? `${error.code}: ` : ''}${text}\n`);
  process.exitCode = isUsage ? 2 : 1;
});
