import type { ICredentialType, INodeProperties } from 'n8n-workflow';

/**
 * A device as n8n knows it: which one, and where it runs.
 *
 * It has no declarative `test`. That would be a request, and a device that runs in this n8n has nowhere to send one, so
 * the test would fail for settings that are right. n8n also prefers `test` over the nodes' own `testedBy`, which can
 * tell for both places; it comes with the nodes.
 */
export class WhatsAppDeviceApi implements ICredentialType {
  name = 'whatsAppDeviceApi';

  displayName = 'WhatsApp Device API';

  icon = { light: 'file:../icons/wharf.svg', dark: 'file:../icons/wharf.dark.svg' } as const;

  documentationUrl = 'https://github.com/wharf-project/wharf#readme';

  /** A device can read and write in its owner's name: no other node may decrypt this, not even HTTP Request. */
  restrictToSupportedNodes = true as const;

  properties: INodeProperties[] = [
    {
      displayName: 'Device ID',
      name: 'deviceId',
      type: 'string',
      default: '',
      placeholder: 'e.g. support',
      description: 'The device to use. Leave blank when there is only one.',
    },
    {
      displayName: 'Phone Number',
      name: 'phone',
      type: 'string',
      default: '',
      placeholder: 'e.g. +49 170 1234567',
      description:
        'Only to link the device without a QR code: the test of this credential then shows a code to type on the phone',
    },
    {
      displayName: 'Device Runs',
      name: 'runsIn',
      type: 'options',
      options: [
        {
          name: 'In a Wharf Gateway',
          value: 'gateway',
          description: 'A separate process, reached by its URL',
        },
        {
          name: 'In This n8n',
          value: 'n8n',
          description: 'In the process of n8n that listens to it; others, as in queue mode, share its folder',
        },
      ],
      default: 'n8n',
    },
    {
      displayName: 'Gateway URL',
      name: 'url',
      type: 'string',
      default: '',
      placeholder: 'e.g. http://localhost:3000',
      required: true,
      displayOptions: { show: { runsIn: ['gateway'] } },
    },
    {
      displayName: 'Gateway Token',
      name: 'token',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      displayOptions: { show: { runsIn: ['gateway'] } },
    },
    {
      displayName: 'Storage Folder',
      name: 'storage',
      type: 'string',
      default: '',
      placeholder: 'e.g. /home/node/.n8n/wharf',
      description:
        'Where devices keep their session and messages. Leave blank for "wharf" in the folder of n8n.',
      displayOptions: { show: { runsIn: ['n8n'] } },
    },
    {
      displayName: 'Encryption Key',
      name: 'encryptionSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description:
        'Encrypts what is stored. Keep a copy: without it the devices have to be linked again and their messages are lost.',
      displayOptions: { show: { runsIn: ['n8n'] } },
    },
  ];
}
