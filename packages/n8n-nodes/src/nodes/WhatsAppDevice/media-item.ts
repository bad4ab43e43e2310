import { Readable } from 'node:stream';
import type { DeviceHost } from '@wharf/core';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { readInput } from '../../catalogue/read-input.js';

/** Fetches the file of a message into the binary output, streamed from the media library. */
export async function mediaItem(
  context: IExecuteFunctions,
  host: DeviceHost,
  action: 'message.downloadMedia' | 'media.get',
  deviceId: string,
  item: number,
): Promise<INodeExecutionData> {
  const input = { ...(await readInput(context, action, item)), deviceId, isBase64Wanted: false };
  const file = await host.act(action, input as unknown as { deviceId: string; messageId: string });
  const stream = Readable.from(copied(host.readMedia(deviceId, file.sha256)), { objectMode: false });
  const data = await context.helpers.prepareBinaryData(stream, file.fileName, file.mimetype);
  return { json: { ...file }, binary: { data }, pairedItem: { item } };
}

/** What is read is used up by the next piece, and a stream keeps some. */
async function* copied(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of bytes) yield Buffer.from(piece);
}
