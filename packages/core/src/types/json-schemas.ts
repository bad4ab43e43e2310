import { z } from 'zod';
import { contentSchema } from './content.js';
import { jidSchema, messageIdSchema, momentSchema } from './content-parts.js';
import { outgoingContentSchema } from './outgoing.js';
import { personSchema } from './person.js';

/** How far a sent message got. */
export const deliverySchema = z.enum(['pending', 'server', 'delivered', 'read', 'played', 'error']);

/** A message as `message` events carry it. */
export const messageSchema = z.object({
  id: messageIdSchema,
  chat: jidSchema,
  isGroup: z.boolean(),
  isFromMe: z.boolean(),
  sender: personSchema,
  content: contentSchema,
  at: momentSchema,
  isOffline: z.boolean(),
  editedAt: momentSchema.exactOptional(),
  isRevoked: z.boolean().exactOptional(),
});

/** The JSON Schemas of messages, for adapters: what is received, and the contents that may be sent. */
export function messageJsonSchemas(): { message: object; content: object; outgoingContent: object } {
  return {
    message: z.toJSONSchema(messageSchema),
    content: z.toJSONSchema(contentSchema),
    outgoingContent: z.toJSONSchema(outgoingContentSchema, { io: 'input' }),
  };
}
