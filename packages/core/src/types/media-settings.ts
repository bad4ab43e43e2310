import { z } from 'zod';
import { type MediaKind, mediaTypes } from './media.js';

const kinds = Object.keys(mediaTypes) as [MediaKind, ...MediaKind[]];

/** Which media of the messages that come in is fetched, and when. */
export const mediaSettings = z.strictObject({
  /** `off`: none; `on_demand`: what is asked for; `automatic`: also by itself, within the limits below. */
  download: z.enum(['off', 'on_demand', 'automatic']).default('on_demand'),
  /** What is larger is not fetched by itself. */
  maxBytes: z
    .int()
    .min(1)
    .max(2 * 1024 ** 3)
    .default(16 * 1024 ** 2),
  /** What is fetched by itself. */
  kinds: z.array(z.enum(kinds)).default(kinds),
});

export type MediaSettings = z.output<typeof mediaSettings>;
