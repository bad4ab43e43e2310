import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../errors/codes.js';
import { isWharfError } from '../errors/errors.js';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../util/test-runs.js';
import { actions } from './catalogue.js';
import { chatField, groupInviteField, personField } from './fields.js';
import { perform } from './perform.js';

const names = Object.keys(actions) as Array<keyof typeof actions>;
const fields = [...new Set(names.flatMap((name) => Object.keys(actions[name].input.shape)))];

/** What people and programs may write into a field. */
const value = fc.oneof(
  fc.constantFrom('+49 170 1234567', '15550009@s.whatsapp.net', '9@lid', '1@g.us', '1@newsletter', 'shop'),
  fc.constantFrom(true, false, 0, 1, -1, 86_400_000, null),
  fc.jsonValue({ maxDepth: 2 }),
  fc.array(fc.constantFrom('15550009', '9@lid', 'x'), { maxLength: 3 }),
);

describe('a field for an address', () => {
  it('is what it was read as, read again, whatever is written into it', { timeout: FUZZ_TIMEOUT_MS }, () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[+0-9 ().:@-]{0,30}(@(lid|s\.whatsapp\.net|g\.us|newsletter|broadcast))?$/),
    );
    fc.assert(
      fc.property(text, (written) => {
        for (const field of [chatField, personField, groupInviteField]) {
          const { data } = field.safeParse(written);
          if (data !== undefined) expect(field.parse(data)).toBe(data);
        }
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});

describe('the input of any action', () => {
  it('is taken or ends in a typed error, whatever it is', { timeout: FUZZ_TIMEOUT_MS }, async () => {
    // What gets so far asks which device is meant; then it was taken.
    const taken = new Error('taken');
    const manager = { resolve: () => Promise.reject(taken), fleet: {} };
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names.filter((name) => actions[name].needs !== 'manager')),
        fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 4 }),
        async (name, input) => {
          const known = actions[name].input.shape;
          // Mostly of the names that the action has.
          const own = Object.fromEntries(Object.entries(input).filter(([key]) => key in known));
          for (const given of [input, own]) {
            const error = await perform(name, given, manager as never).catch((cause) => cause);
            if (error === taken) count += 1;
            else if (isWharfError(error)) expect(errorCodes).toHaveProperty(error.code);
            else throw error;
          }
        },
      ),
      { numRuns: FUZZ_RUNS },
    );
    expect(count).toBeGreaterThan(FUZZ_RUNS / 100);
  });
});
