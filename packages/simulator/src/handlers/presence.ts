import type { Handler } from './session.js';

/** Takes presences, typing notices and session hints and does nothing: nobody can see them here yet. */
export const handlePresence: Handler = () => {};
