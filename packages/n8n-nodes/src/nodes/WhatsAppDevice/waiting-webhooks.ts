import type { IWebhookDescription } from 'n8n-workflow';

const common = {
  name: 'default',
  responseMode: 'onReceived',
  responseData: '',
  path: '={{ $nodeId }}',
  restartWebhook: true,
  isFullPath: true,
} as const;

/** Where a waiting execution is looked at and resumed. */
export const waitingWebhooks: IWebhookDescription[] = [
  { ...common, httpMethod: 'GET' },
  { ...common, httpMethod: 'POST' },
];
