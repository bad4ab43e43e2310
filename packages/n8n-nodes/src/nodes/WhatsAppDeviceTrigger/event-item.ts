import type { DeviceHost, WharfEvent } from '@wharf/core';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { explain } from '../../shared/errors.js';
import { defined, simplifyMessage } from '../../shared/simplify.js';

/** What of an event a workflow gets. */
export interface ItemOptions {
  simplify: boolean;
  /** Files of messages up to this size come along; undefined for none. */
  mediaBytes: number | undefined;
}

/** The item a workflow is started with. */
export async function itemOf(
  host: DeviceHost,
  event: WharfEvent,
  { simplify, mediaBytes }: ItemOptions,
): Promise<INodeExecutionData> {
  const json = simplify ? simplified(event) : ({ ...event } as unknown as IDataObject);
  if (event.type !== 'message' || mediaBytes === undefined || !('media' in event.payload.content))
    return { json };
  const { id, content } = event.payload;
  const { sizeBytes } = content.media;
  if (sizeBytes !== undefined && sizeBytes > mediaBytes) return { json };
  try {
    const input = { deviceId: event.deviceId, messageId: id, isBase64Wanted: true };
    const { base64 = '', mimetype, fileName } = await host.act('message.downloadMedia', input);
    return {
      json,
      binary: { data: { data: base64, mimeType: mimetype, ...(fileName ? { fileName } : {}) } },
    };
  } catch (error) {
    // The message is worth more than its file, which can still be downloaded.
    return { json: { ...json, mediaError: explain(error).sentence } };
  }
}

function simplified(event: WharfEvent): IDataObject {
  const { type, id, deviceId, at } = event;
  return {
    event: type,
    eventId: id,
    deviceId,
    at: new Date(at).toISOString(),
    ...fieldsOf(event),
  };
}

function fieldsOf(event: WharfEvent): IDataObject {
  if (event.type === 'message') return simplifyMessage(event.payload);
  if (event.type !== 'device.state') return { ...event.payload } as unknown as IDataObject;
  const { state, previous } = event.payload;
  return defined({ ...state, name: undefined, state: state.name, previousState: previous.name });
}
