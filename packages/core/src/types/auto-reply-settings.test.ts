import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../util/test-runs.js';
import { fieldsOf, fillTemplate, replyFields } from './reply-template.js';
import { deviceSettings } from './settings.js';

const odd = fc.oneof(
  fc.string(),
  fc.constantFrom('{{name}}', '{{ 1 }}', '{{', '}}', '{{x}}', '(a+)+$', '(?<n>.)', '[', '\\p{L}', '24:00'),
  fc.constantFrom('any', 'keyword', 'regex', 'people', 'off', 'all', 'Europe/Berlin', '+491701234567'),
);

describe('the settings of automation', () => {
  it('are complete when nothing is set', () => {
    expect(deviceSettings.parse({})).toMatchObject({
      autoReply: { rules: [], maxAgeMs: 300_000, budget: { replies: 10, windowMs: 3_600_000 } },
      autoRead: { chats: 'off', delayMs: 0 },
      calls: { reject: 'off', except: [] },
      presence: { onConnect: 'unavailable', isAlwaysOnline: false, pulseMs: 60_000 },
      ignore: { chats: [], kinds: [] },
    });
  });

  it('take anything, or say what is wrong with it; what they took, they take again', {
    timeout: FUZZ_TIMEOUT_MS,
  }, () => {
    const rule = fc.record(
      {
        id: fc.oneof(fc.constantFrom('a', 'b'), odd),
        match: fc.oneof(
          fc.record({ type: odd, pattern: odd, keywords: fc.array(odd) }, { requiredKeys: [] }),
          fc.record({ type: fc.constant('regex'), pattern: odd }),
        ),
        reply: fc.oneof(fc.record({ template: odd }), fc.record({ text: odd }), fc.anything()),
        timeZone: odd,
        schedule: fc.record({ from: odd, to: odd }, { requiredKeys: [] }),
        coolDownMs: fc.oneof(fc.integer(), fc.anything()),
      },
      { requiredKeys: ['id', 'match', 'reply'] },
    );
    const settings = fc.record(
      {
        autoReply: fc.oneof(fc.record({ rules: fc.array(rule, { maxLength: 3 }) }), fc.anything()),
        autoRead: fc.oneof(fc.record({ chats: odd }), fc.anything()),
        ignore: fc.oneof(fc.record({ chats: fc.array(odd) }), fc.anything()),
        calls: fc.anything(),
        presence: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(settings, (given) => {
        const read = deviceSettings.safeParse(given);
        if (read.success) expect(deviceSettings.parse(read.data)).toEqual(read.data);
        else expect(read.error.issues.length).toBeGreaterThan(0);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});

describe('a template', () => {
  it('names fields, and is filled once', () => {
    expect(fieldsOf('{{ name }}, {{1}} {x} {{y}')).toEqual(['name', '1']);
    expect(fillTemplate('{{name}}: {{ text }}{{gone}}', { name: '{{text}}', text: '$&' })).toBe(
      '{{text}}: $&',
    );
  });

  it('holds whatever text it is given', { timeout: FUZZ_TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(fc.array(odd), odd, (parts, value) => {
        const template = parts.join('');
        const filled = fillTemplate(template, Object.fromEntries(replyFields.map((field) => [field, value])));
        expect(typeof filled).toBe('string');
        if (fieldsOf(template).length === 0) expect(filled).toBe(template);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
