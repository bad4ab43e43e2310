import { describe, expect, it } from 'vitest';
import { parseEndpoint } from './endpoint.js';

const noiseRootPublicKey = 'ab'.repeat(32);

describe('an endpoint', () => {
  it.each(['127.0.0.1', '127.9.9.9', '[::1]', 'localhost'])('may be on %s', (host) => {
    const ws = `ws://${host}:8383/ws/chat`;
    expect(parseEndpoint({ ws, noiseRootPublicKey })).toEqual({ ws, noiseRootPublicKey });
  });

  it('is read from the line a simulator prints', () => {
    const line = JSON.stringify({
      ws: 'ws://127.0.0.1:1/ws/chat',
      http: 'http://127.0.0.1:1',
      noiseRootPublicKey,
    });
    expect(parseEndpoint(line).ws).toBe('ws://127.0.0.1:1/ws/chat');
  });

  it.each(['10.0.0.1', '127.0.0.1.example.com', 'example.com', '[::2]', '0.0.0.0'])(
    'may not be on %s',
    (host) => {
      expect(() => parseEndpoint({ ws: `ws://${host}:1/ws/chat`, noiseRootPublicKey })).toThrow(
        expect.objectContaining({ code: 'ENDPOINT_NOT_LOOPBACK' }),
      );
    },
  );

  it.each(['', 'ws://127.0.0.1', '{}', '{"ws":"http://127.0.0.1","noiseRootPublicKey":"ab"}'])(
    'is not "%s"',
    (text) => {
      expect(() => parseEndpoint(text)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    },
  );
});
