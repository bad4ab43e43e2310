import { type INodeTypeDescription, NodeConnectionTypes } from 'n8n-workflow';
import { fieldProperties, resourceProperties } from '../../catalogue/properties.js';
import { credentialName } from '../../shared/credential.js';
import { sendForm } from './send-form.js';

export const description: INodeTypeDescription = {
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
  credentials: [{ name: credentialName, required: true, testedBy: 'testWhatsAppDevice' }],
  properties: [...resourceProperties(), ...sendForm, ...fieldProperties()],
};
