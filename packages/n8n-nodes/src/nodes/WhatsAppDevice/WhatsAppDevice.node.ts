import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
  NodeConnectionTypes,
} from 'n8n-workflow';
import { fieldProperties, resourceProperties } from '../../catalogue/properties.js';
import { testWhatsAppDevice } from '../../shared/credential-test.js';
import { goOnWaiting } from '../../shared/go-on-waiting.js';
import { listSearch } from '../../shared/list-search.js';
import { executeOperation } from './execute.js';
import { loginForm, showLogin } from './login-page.js';
import { respond } from './respond.js';
import { sendForm } from './send-form.js';
import { waitForm } from './wait-form.js';
import { waitingWebhooks } from './waiting-webhooks.js';

void goOnWaiting();

export class WhatsAppDevice implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'WhatsApp Device',
    name: 'whatsAppDevice',
    icon: { light: 'file:../../icons/wharf.svg', dark: 'file:../../icons/wharf.dark.svg' },
    group: ['output'],
    version: [1],
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Sends WhatsApp messages and manages chats, groups and the device itself',
    defaults: { name: 'WhatsApp Device' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'whatsAppDeviceApi', required: true, testedBy: 'testWhatsAppDevice' }],
    webhooks: waitingWebhooks,
    waitingNodeTooltip:
      '={{ $parameter["operation"] === "login" ? "Open " + $execution.resumeUrl.replace("?", "/" + $nodeId + "?") + " and scan the QR code" : "Execution will continue after the answer" }}',
    properties: [...resourceProperties(), ...loginForm, ...sendForm, ...waitForm, ...fieldProperties()],
  };

  methods = { credentialTest: { testWhatsAppDevice }, listSearch };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return executeOperation(this);
  }

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return this.getNodeParameter('operation') === 'login' ? showLogin(this) : respond(this);
  }
}
