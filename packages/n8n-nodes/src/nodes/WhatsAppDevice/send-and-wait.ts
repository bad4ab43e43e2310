import type { DeviceHost } from '@wharf/core';
import { type IExecuteFunctions, type INodeExecutionData, WAIT_INDEFINITELY } from 'n8n-workflow';
import { readList } from '../../catalogue/read-input.js';
import { type AnswerBy, ask } from '../../shared/answers.js';
import type { Credential } from '../../shared/credential.js';
import { SetupError } from '../../shared/errors.js';
import { idempotencyKey } from './idempotency.js';
import { recipientOf } from './send.js';

interface Options {
  allowedPeople?: string;
  limitWaitTime?: { values?: { resumeAmount?: number; resumeUnit?: 'minutes' | 'hours' | 'days' } };
}

const unitMs = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

/** Asks, and puts the execution to wait: it goes on by its signed URL, opened on a page or by who reads the chat's answers. */
export async function sendAndWait(
  context: IExecuteFunctions,
  host: DeviceHost,
  deviceId: string,
  credential: Credential,
): Promise<INodeExecutionData[][]> {
  const to = recipientOf(context, 0);
  const text = String(context.getNodeParameter('message', 0, '')).trim();
  if (!text) throw new SetupError('There is no message.', 'Fill in "Message" with what is to be answered.');
  const type = context.getNodeParameter('responseType', 0, 'approval') as string;
  const by =
    type === 'customForm' ? 'link' : (context.getNodeParameter('answerBy', 0, 'poll') as AnswerBy | 'link');
  const options = context.getNodeParameter('options', 0, {}) as Options;
  const waitTill = limitOf(options);
  const labels = type === 'approval' ? labelsOf(context, by) : {};
  const url = context.getSignedResumeUrl();

  const content = contentOf(text, by, labels, url);
  const key = idempotencyKey(context, 0, { to, content });
  const { messageId } = await host.send(deviceId, { to, content, ...(key ? { idempotencyKey: key } : {}) });
  if (by !== 'link') {
    const allowed = options.allowedPeople ? readList(options.allowedPeople) : [];
    const until = waitTill === WAIT_INDEFINITELY ? {} : { until: waitTill.getTime() };
    await ask(credential.place, {
      url,
      messageId,
      by,
      ...labels,
      allowed,
      ...until,
    });
  }
  await context.putExecutionToWait(waitTill);
  return [context.getInputData()];
}

/** What is written into the chat. */
function contentOf(
  text: string,
  by: AnswerBy | 'link',
  { approve, decline }: { approve?: string; decline?: string },
  url: string,
) {
  switch (by) {
    case 'poll':
      return {
        kind: 'poll' as const,
        name: text,
        options: [approve ?? '', decline ?? ''],
        selectableCount: 1,
      };
    case 'link':
      return { kind: 'text' as const, text: `${text}\n\n${url}` };
    case 'reaction':
      return { kind: 'text' as const, text: `${text}\n\n${approve} / ${decline}` };
    case 'reply':
      return {
        kind: 'text' as const,
        text: approve ? `${text}\n\n↩ ${approve} / ${decline}` : `${text}\n\n↩`,
      };
  }
}

function labelsOf(context: IExecuteFunctions, by: AnswerBy | 'link'): { approve: string; decline: string } {
  if (by === 'reaction') return { approve: '👍', decline: '👎' };
  const { values = {} } = context.getNodeParameter('approvalOptions', 0, {}) as {
    values?: { approveLabel?: string; disapproveLabel?: string };
  };
  return { approve: values.approveLabel || 'Approve', decline: values.disapproveLabel || 'Decline' };
}

function limitOf({ limitWaitTime }: Options): Date {
  const { resumeAmount, resumeUnit = 'minutes' } = limitWaitTime?.values ?? {};
  return resumeAmount === undefined
    ? WAIT_INDEFINITELY
    : new Date(Date.now() + resumeAmount * unitMs[resumeUnit]);
}
