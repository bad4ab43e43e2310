import { EventEmitter } from 'node:events';

/**
 * Runs `make` so that the event emitters it creates report a rejected listener instead of leaving it unhandled.
 */
export function capturingRejections<T>(make: () => T): T {
  const before = EventEmitter.captureRejections;
  EventEmitter.captureRejections = true;
  try {
    return make();
  } finally {
    EventEmitter.captureRejections = before;
  }
}
