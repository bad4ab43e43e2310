import type { Handler } from './session.js';

/** Refuses to name a media host: uploads and downloads are not simulated yet. */
export const handleMedia: Handler = (iq, session) => session.refuse(iq, 501, 'feature-not-implemented');
