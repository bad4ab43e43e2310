import {
  type INodeType,
  type INodeTypeDescription,
  type ITriggerFunctions,
  type ITriggerResponse,
  NodeConnectionTypes,
} from 'n8n-workflow';
import { testWhatsAppDevice } from '../../shared/credential-test.js';
import { listSearch } from '../../shared/list-search.js';
import { listen } from './listen.js';
import { triggerForm } from './trigger-form.js';

export class WhatsAppDeviceTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'WhatsApp Device Trigger',
    name: 'whatsAppDeviceTrigger',
    icon: { light: 'file:../../icons/wharf.svg', dark: 'file:../../icons/wharf.dark.svg' },
    group: ['trigger'],
    version: [1],
    subtitle: '={{ $parameter["events"].join(", ") }}',
    description: 'Starts the workflow when a WhatsApp message comes in or the device changes its state',
    eventTriggerDescription: 'Waiting for you to send a WhatsApp message to the device',
    activationMessage: 'Messages to the device will now start this workflow.',
    defaults: { name: 'WhatsApp Device Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'whatsAppDeviceApi', required: true, testedBy: 'testWhatsAppDevice' }],
    properties: triggerForm,
  };

  methods = { credentialTest: { testWhatsAppDevice }, listSearch };

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    return listen(this);
  }
}
