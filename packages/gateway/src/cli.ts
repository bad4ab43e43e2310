#!/usr/bin/env node
import { isWharfError } from '@wharf/core';
import { CommanderError } from 'commander';
import { Interrupted } from './cli/interrupt.js';
import { makeProgram } from './cli/program.js';

/** What a shell gives a program that was ended by Ctrl-C. */
const INTERRUPTED = 130;

// What is left to run by then, such as a library's timer, has nothing to do any more.
process.exit(
  await makeProgram()
    .parseAsync()
    .then(() => 0, codeOf),
);

/** Commander has said by itself what was wrong with the arguments. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) return INTERRUPTED;
  process.stderr.write(`${sentenceOf(error)}\n`);
  return error instanceof TypeError ? 2 : 1;
}

/** What it says, and where it is wrong. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details = isWharfError(error) ? Object.entries(error.details) : [];
  const told = details.flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}`));
  return told.length === 0 ? error.message : `${error.message} (${told.join(', ')})`;
}
