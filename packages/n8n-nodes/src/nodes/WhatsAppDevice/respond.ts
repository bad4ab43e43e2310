import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { readList } from '../../catalogue/read-input.js';
import type { Answer } from '../../shared/answers.js';
import { type Field, page } from './page.js';

/**
 * Answers requests to the URL of a waiting execution: a page to answer on, the answer from it, or one that was given in the chat.
 *
 * Nothing is decided by GET: whoever makes a preview of a link fetches it.
 */
export function respond(context: IWebhookFunctions): IWebhookResponseData {
  const body = context.getBodyData() as { answer?: Answer } & IDataObject;
  if (context.getRequestObject().method === 'GET') return show(context, questionPage(context));
  if (body.answer) return goOn({ ...body.answer }, { status: 'ok' });
  const respondedAt = new Date().toISOString();
  return goOn(
    { ...readPage(context, body), respondedAt },
    page({ title: 'Got it, thanks', text: 'This page can be closed now.' }),
  );
}

function readPage(context: IWebhookFunctions, body: IDataObject): IDataObject {
  const type = context.getNodeParameter('responseType', 'approval') as string;
  if (type === 'approval') return { approved: body.decision === 'approve' };
  if (type === 'freeText') return { text: String(body.text ?? '') };
  return Object.fromEntries(
    fieldsOf(context).map(({ label }, index) => [label, body[`field-${index}`] ?? '']),
  );
}

function questionPage(context: IWebhookFunctions): string {
  const text = String(context.getNodeParameter('message', ''));
  const type = context.getNodeParameter('responseType', 'approval') as string;
  if (type === 'freeText')
    return page({
      title: 'Your answer',
      text,
      fields: [{ label: '', name: 'text', type: 'textarea', isRequired: true }],
    });
  if (type === 'customForm') return page({ title: 'Your answer', text, fields: fieldsOf(context) });
  const { values = {} } = context.getNodeParameter('approvalOptions', {}) as {
    values?: { approveLabel?: string; disapproveLabel?: string };
  };
  const approve = values.approveLabel || 'Approve';
  const decline = values.disapproveLabel || 'Decline';
  return page({ title: 'Your decision', text, buttons: { approve, decline } });
}

function fieldsOf(context: IWebhookFunctions): Field[] {
  const { values = [] } = context.getNodeParameter('formFields', {}) as {
    values?: { fieldLabel: string; fieldType: string; requiredField?: boolean; choices?: string }[];
  };
  return values.map(({ fieldLabel, fieldType, requiredField = false, choices = '' }, index) => ({
    label: fieldLabel,
    name: `field-${index}`,
    type: fieldType,
    isRequired: requiredField,
    choices: readList(choices),
  }));
}

/** Shows a page and goes on waiting. */
export function show(context: IWebhookFunctions, html: string): IWebhookResponseData {
  context
    .getResponseObject()
    .setHeader('content-type', 'text/html; charset=utf-8')
    .setHeader('cache-control', 'no-store')
    .send(html);
  return { noWebhookResponse: true };
}

function goOn(data: IDataObject, webhookResponse: string | IDataObject): IWebhookResponseData {
  return { webhookResponse, workflowData: [[{ json: { data } }]] };
}
