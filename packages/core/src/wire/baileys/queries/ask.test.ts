import { afterEach, describe, expect, it, vi } from 'vitest';
import { bounds } from '../../../bounds.js';
import { bounded } from './ask.js';

const failing = (error: unknown) => bounded({ ask: () => Promise.reject(error) }).ask();

describe('a question to WhatsApp', () => {
  afterEach(() => void vi.useRealTimers());

  it('that is never answered ends within the bound', async () => {
    vi.useFakeTimers();
    const { ask } = bounded({ ask: () => new Promise<never>(() => undefined) });
    const ended = expect(ask()).rejects.toMatchObject({ code: 'CONNECTION_TIMED_OUT', retry: 'later' });
    await vi.advanceTimersByTimeAsync(bounds.askMs);
    await ended;
  });

  it.each([
    [400, 'ACTION_NOT_ACCEPTED'],
    [401, 'ACTION_NOT_ALLOWED'],
    [403, 'ACTION_NOT_ALLOWED'],
    [404, 'ACTION_TARGET_NOT_FOUND'],
    [406, 'ACTION_NOT_ACCEPTED'],
    [408, 'ACTION_DEFERRED'],
    [409, 'ACTION_CONFLICT'],
    [410, 'ACTION_TARGET_NOT_FOUND'],
    [429, 'ACTION_RATE_LIMITED'],
    [500, 'ACTION_DEFERRED'],
    [503, 'ACTION_DEFERRED'],
  ])('that is refused with %i is %s', async (refusal, code) => {
    await expect(failing(Object.assign(new Error('no'), { data: refusal }))).rejects.toMatchObject({
      code,
      details: { refusal },
    });
    const graph = Object.assign(new Error('no'), { data: { extensions: { error_code: refusal } } });
    await expect(failing(graph)).rejects.toMatchObject({ code });
  });

  it.each([
    [{ output: { statusCode: 428 } }, 'CONNECTION_FAILED'],
    [{ output: { statusCode: 408 } }, 'CONNECTION_TIMED_OUT'],
    [{}, 'ANSWER_UNREADABLE'],
  ])('that fails as %j is %s', async (properties, code) => {
    await expect(failing(Object.assign(new Error('no'), properties))).rejects.toMatchObject({ code });
  });

  it.each([undefined, null, 'no', 5])('that is broken off with %j is ANSWER_UNREADABLE', async (thrown) => {
    await expect(failing(thrown)).rejects.toMatchObject({ code: 'ANSWER_UNREADABLE' });
  });
});
