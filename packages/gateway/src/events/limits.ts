/** How often a stream with nothing to say shows that it lives, and whether its token still holds is looked at. */
export const ALIVE_EVERY_MS = 15_000;

/** How long a client may take to read what it was sent. Then its stream is cut; it can go on where it was. */
export const SLOWEST_CLIENT_MS = 30_000;
