import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SimulatorError } from '../errors.js';
import { type FaultScript, faultScript } from './fault.js';

/**
 * Reads a script of faults from a JSON file: a list of faults, or `{ "seed", "faults" }`.
 *
 * @throws SimulatorError if it cannot be read or is no such script.
 */
export function readFaultScript(path: string): FaultScript {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return faultScript.parse(Array.isArray(content) ? { faults: content } : content);
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new SimulatorError('FAULTS_INVALID', 400, `${path} is no script of faults: ${reason}`);
  }
}
