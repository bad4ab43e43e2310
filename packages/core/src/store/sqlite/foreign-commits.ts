import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../util/clock.js';
import type { Database } from './database.js';

/**
 * When to look after the write-ahead log was written, in milliseconds: a commit can be seen a little after its bytes, and
 * with `synchronous = FULL` only after the disk has them. Each write begins anew.
 */
const LOOKS_MS = [3, 20, 80, 300];

/** Between two calls of the listener, however much the others write. */
const PAUSE_MS = 20;

/** Beside the watch, for what it may miss; and in its place, where the system has no watch to give. */
const POLL_MS = 1_000;
const POLL_ALONE_MS = 50;

/**
 * Calls the listener soon after another connection has committed to the database, and not for what this one writes.
 *
 * A watch on the folder tells that somebody wrote; `data_version` tells, in some microseconds, that it was somebody else.
 */
export function watchForeignCommits(
  db: Database,
  file: string,
  clock: Clock,
  listener: () => void,
  pauseMs = PAUSE_MS,
): () => void {
  const readVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  const read = (): number | undefined => {
    try {
      return readVersion.get();
    } catch {
      // What fails on disk shows where somebody asks for it; the poll looks again.
      return version;
    }
  };
  let version: number | undefined;
  version = read();
  let calledAt = Number.NEGATIVE_INFINITY;
  let next: { at: number; cancel: () => void } | undefined;

  const look = (): void => {
    const now = read();
    if (now === version) return;
    version = now;
    calledAt = clock.now();
    listener();
  };
  const plan = (step: number): void => {
    const wait = LOOKS_MS[step];
    if (wait === undefined) return;
    const now = clock.now();
    // Bounded, as the clock may have been set back.
    const pause = Math.min(pauseMs, calledAt + pauseMs - now);
    const at = now + Math.max(wait, pause);
    if (next && next.at <= at) return;
    next?.cancel();
    const cancel = clock.after(at - now, () => {
      next = undefined;
      look();
      plan(step + 1);
    });
    next = { at, cancel };
  };

  const name = `${basename(file)}-wal`;
  const watcher = watchFolder(dirname(file), (changed) => {
    // The log is made anew when the last one closes, so the folder is watched; without a name it may be any file.
    if (changed === name || changed === null) plan(0);
  });
  let cancelPoll: () => void = () => undefined;
  const poll = (): void => {
    cancelPoll = clock.after(watcher.isWatching() ? POLL_MS : POLL_ALONE_MS, () => {
      look();
      poll();
    });
  };
  poll();
  return () => {
    watcher.close();
    cancelPoll();
    next?.cancel();
  };
}

/** A watch that may be missing: the system gives out only so many, and some file systems have none. */
function watchFolder(folder: string, onChange: (name: string | null) => void) {
  let watcher: FSWatcher | undefined;
  const close = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  try {
    watcher = watch(folder, (_, name) => onChange(name));
    watcher.on('error', close);
  } catch {
    // What the poll is for.
  }
  return { isWatching: () => watcher !== undefined, close };
}
