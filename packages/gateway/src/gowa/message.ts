import { type OutboxItem, WharfError } from '@wharf/core';
import { z } from 'zod';
import { flag, optionalText, recipient, timer } from './fields.js';
import { gowaRoute } from './route.js';
import { sent, viewSent } from './send.js';
import { mediaTypeOf } from './views.js';

const target = z.object({ phone: recipient });
const done = z.object({ message_id: z.string(), status: z.string() });

/** Everything that is done to a message, as GOWA has it. A message is known by its ID; `phone` is only checked to be one. */
export const messageRoutes = [
  gowaRoute({
    method: 'POST',
    path: '/message/:id/reaction',
    summary: 'React to a message; an empty emoji takes the reaction back',
    input: target.extend({ emoji: z.string() }),
    isSend: true,
    results: sent,
    run: async ({ act, params, input, sending }) =>
      viewSent(await act('message.react', { messageId: params.id ?? '', emoji: input.emoji, ...sending })),
  }),
  gowaRoute({
    method: 'POST',
    path: '/message/:id/revoke',
    summary: 'Delete a message for everybody',
    input: target,
    isSend: true,
    results: sent,
    run: async ({ act, params, sending }) =>
      viewSent(await act('message.revoke', { messageId: params.id ?? '', ...sending })),
  }),
  gowaRoute({
    method: 'POST',
    path: '/message/:id/update',
    summary: 'Edit a message',
    input: target.extend({ message: z.string() }),
    isSend: true,
    results: sent,
    run: async ({ act, params, input, sending }) =>
      viewSent(await act('message.edit', { messageId: params.id ?? '', text: input.message, ...sending })),
  }),
  gowaRoute({
    method: 'POST',
    path: '/message/:id/forward',
    summary: 'Forward a message',
    input: target.extend({ duration: timer.optional(), force_reupload: flag.optional() }),
    isSend: true,
    results: sent,
    async run({ act, params, input, sending }) {
      const [item] = await act('message.forward', {
        messageId: params.id ?? '',
        to: [input.phone],
        ...sending,
      });
      return viewSent(item as OutboxItem);
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/message/:id/delete',
    summary: 'Delete a message for this account',
    input: target,
    results: done,
    async run({ act, params: { id = '' } }) {
      await act('message.deleteForMe', { messageId: id });
      return { message: 'Message deleted', results: { message_id: id, status: 'deleted' } };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/message/:id/read',
    summary: 'Mark a message as read',
    input: target,
    results: done,
    async run({ act, params: { id = '' } }) {
      await act('message.markRead', { messageIds: [id] });
      return { message: 'Message marked as read', results: { message_id: id, status: 'read' } };
    },
  }),
  ...(['star', 'unstar'] as const).map((verb) =>
    gowaRoute({
      method: 'POST',
      path: `/message/:id/${verb}`,
      summary: verb === 'star' ? 'Star a message' : 'Take the star from a message',
      input: target,
      results: done,
      async run({ act, params: { id = '' } }) {
        await act('message.star', { messageId: id, isStarred: verb === 'star' });
        return { message: `Message ${verb}red`, results: { message_id: id, status: `${verb}red` } };
      },
    }),
  ),
  gowaRoute({
    method: 'GET',
    path: '/message/:id/download',
    summary: 'Download the media of a message',
    input: z.object({ phone: optionalText }),
    results: z.object({
      message_id: z.string(),
      status: z.string(),
      media_type: z.string(),
      filename: z.string(),
      file_path: z.string().meta({ description: 'Its path on this gateway.' }),
      file_url: z.string().meta({ description: 'Where to fetch it, with a token.' }),
      file_size: z.number(),
      sha256: z.string(),
      mimetype: z.string(),
    }),
    async run({ act, params: { id = '' }, deviceId, linkTo }) {
      const file = await act('message.downloadMedia', { messageId: id });
      const { message } = await act('message.get', { messageId: id });
      const type = mediaTypeOf(message.content);
      if (type === undefined) throw new WharfError('MESSAGE_WITHOUT_MEDIA');
      const name = file.sha256.replaceAll('+', '-').replaceAll('/', '_').replace('=', '');
      const path = `/media/${name}?device_id=${deviceId}`;
      return {
        message: 'Media downloaded',
        results: {
          message_id: id,
          status: 'downloaded',
          media_type: type,
          filename: file.fileName ?? '',
          file_path: path,
          file_url: linkTo(path),
          file_size: file.sizeBytes,
          sha256: file.sha256,
          mimetype: file.mimetype,
        },
      };
    },
  }),
];
