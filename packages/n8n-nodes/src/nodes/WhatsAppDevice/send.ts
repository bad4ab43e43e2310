import type { DeviceHost, OutboxItem, OutgoingMessage } from '@wharf/core';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { readJson, readList } from '../../catalogue/read-input.js';
import { SetupError } from '../../shared/errors.js';
import { defined } from '../../shared/simplify.js';
import { idempotencyKey } from './idempotency.js';

interface Additional {
  audience?: string;
  description?: string;
  expiresInSeconds?: number;
  fileName?: string;
  idempotencyKey?: string;
  mentions?: string;
  placeName?: string;
  quoted?: string;
  isViewOnce?: boolean;
}

/** Message: Send for one item. */
export async function sendItem(
  context: IExecuteFunctions,
  host: DeviceHost,
  deviceId: string,
  item: number,
): Promise<INodeExecutionData> {
  const get = (name: string, fallback?: unknown) => context.getNodeParameter(name, item, fallback);
  const additional = get('additionalFields', {}) as Additional;
  const to = recipientOf(context, item);
  const content = await contentOf(context, item, additional);
  const key = additional.idempotencyKey || idempotencyKey(context, item, { to, content });
  const message = {
    to,
    content,
    ...(additional.audience ? { audience: readList(additional.audience) } : {}),
    ...(additional.expiresInSeconds ? { expiresInMs: additional.expiresInSeconds * 1_000 } : {}),
    ...(key ? { idempotencyKey: key } : {}),
  } as unknown as OutgoingMessage;
  const queued = await host.send(deviceId, message);
  const sent = await waited(context, host, deviceId, item, queued);
  return {
    json: (get('simplify', true) ? simplifySend(sent) : { ...sent }) as IDataObject,
    pairedItem: { item },
  };
}

/** Whom to write to. @throws SetupError for a field that is blank */
export function recipientOf(context: IExecuteFunctions, item: number): string {
  const to = String(context.getNodeParameter('to', item, '', { extractValue: true }) ?? '').trim();
  if (to) return to;
  throw new SetupError(
    'There is no recipient.',
    'Fill in "To": pick a chat, or enter a phone number with country code.',
  );
}

export function simplifySend({
  messageId,
  chat,
  state,
  delivery,
  queuedAt,
  sentAt,
  errorCode,
}: OutboxItem): IDataObject {
  const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  return defined({
    messageId,
    chat,
    state,
    delivery,
    errorCode,
    queuedAt: time(queuedAt),
    sentAt: time(sentAt),
  });
}

async function waited(
  context: IExecuteFunctions,
  host: DeviceHost,
  deviceId: string,
  item: number,
  queued: OutboxItem,
): Promise<OutboxItem> {
  const until = context.getNodeParameter('waitUntil', item, 'queued') as
    | 'queued'
    | 'sent'
    | 'delivered'
    | 'read';
  if (until === 'queued') return queued;
  const timeoutMs = Number(context.getNodeParameter('waitSeconds', item, 60)) * 1_000;
  return host.waitForSend(deviceId, queued.messageId, { until, timeoutMs });
}

async function contentOf(
  context: IExecuteFunctions,
  item: number,
  additional: Additional,
): Promise<IDataObject> {
  const kind = context.getNodeParameter('kind', item) as string;
  const own = await fieldsOf(kind, context, item, additional);
  return defined({
    kind,
    ...own,
    quoted: additional.quoted || undefined,
    mentions: additional.mentions ? readList(additional.mentions) : undefined,
    isViewOnce: additional.isViewOnce || undefined,
  });
}

async function fieldsOf(
  kind: string,
  context: IExecuteFunctions,
  item: number,
  { fileName, placeName, description }: Additional,
): Promise<Record<string, unknown>> {
  const get = (name: string, fallback?: unknown) => context.getNodeParameter(name, item, fallback);
  switch (kind) {
    case 'text':
      return { text: String(get('text') ?? '') };
    case 'location':
      return { latitude: Number(get('latitude')), longitude: Number(get('longitude')), name: placeName };
    case 'contacts': {
      const { values = [] } = get('contacts', {}) as { values?: { name: string; phone: string }[] };
      return { contacts: values.map(({ name, phone }) => ({ name, phones: [phone] })) };
    }
    case 'poll':
      return {
        name: get('question'),
        options: readList(get('choices')),
        selectableCount: get('isMultiple', false) ? 0 : 1,
      };
    case 'event':
      return { name: get('title'), startAt: momentOf(get('startAt')), description };
    case 'json':
      return readJson('content', get('content'));
    default: {
      const media = await mediaOf(context, item, fileName);
      const named = kind === 'document' ? { fileName: fileName ?? media.fileName } : {};
      return { media, ...named, caption: get('caption', '') || undefined };
    }
  }
}

/** A file of the item, as a stream where n8n keeps it outside of memory; or a URL. */
async function mediaOf(context: IExecuteFunctions, item: number, fileName: string | undefined) {
  if (context.getNodeParameter('fileFrom', item, 'binary') === 'url')
    return { url: context.getNodeParameter('fileUrl', item) as string, fileName };
  const field = context.getNodeParameter('binaryField', item, 'data') as string;
  const binary = context.helpers.assertBinaryData(item, field);
  const claims = { fileName: fileName ?? binary.fileName, mimetype: binary.mimeType };
  if (binary.id) return { stream: await context.helpers.getBinaryStream(binary.id), ...claims };
  return { data: await context.helpers.getBinaryDataBuffer(item, field), ...claims };
}

function momentOf(value: unknown): number {
  const at = new Date(String(value)).getTime();
  if (Number.isNaN(at))
    throw new SetupError('"Starts At" is no date.', 'Enter a date and time such as 2030-01-31T18:00.');
  return at;
}
