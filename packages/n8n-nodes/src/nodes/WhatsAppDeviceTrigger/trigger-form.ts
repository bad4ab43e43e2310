import type { INodeProperties } from 'n8n-workflow';

const kinds = [
  'audio',
  'comment',
  'contacts',
  'document',
  'edit',
  'event',
  'event_response',
  'gif',
  'group_invite',
  'image',
  'live_location',
  'location',
  'poll',
  'poll_vote',
  'reaction',
  'revoke',
  'sticker',
  'text',
  'video',
  'video_note',
  'voice',
];

const titleOf = (value: string) =>
  value.replace(/(^|_)([a-z])/g, (_, gap: string, letter: string) => (gap ? ' ' : '') + letter.toUpperCase());

const events: INodeProperties = {
  displayName: 'Trigger On',
  name: 'events',
  type: 'multiOptions',
  required: true,
  default: ['message'],
  description: 'What starts the workflow',
  options: [
    { name: 'Automatic Reply Sent', value: 'automation.replied' },
    { name: 'Automatic Reply Withheld', value: 'automation.budget_exhausted' },
    { name: 'Call', value: 'call', description: 'Somebody calls, and how it ends' },
    { name: 'Delivery of a Sent Message', value: 'message.delivery' },
    {
      name: 'Device State Changed',
      value: 'device.state',
      description: 'Connected, reconnecting, logged out',
    },
    { name: 'History Received', value: 'history.progress' },
    { name: 'Identity of a Contact Changed', value: 'contact.identity_changed' },
    { name: 'Media Downloaded', value: 'message.media', description: 'By the settings of the device' },
    { name: 'Message', value: 'message', description: 'A message was received' },
    { name: 'Message That Cannot Be Read', value: 'message.undecryptable' },
    { name: 'Presence', value: 'presence', description: 'Somebody who is watched comes, goes or types' },
    { name: 'Session Restored', value: 'session.restored' },
  ],
};

const filters: INodeProperties = {
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add filter',
  default: {},
  description: 'Which of them; an event must pass all filters that it has the field for',
  options: [
    {
      displayName: 'Chat Type',
      name: 'chatType',
      type: 'options',
      default: 'direct',
      options: [
        { name: 'Direct Chats', value: 'direct' },
        { name: 'Groups', value: 'group' },
      ],
    },
    {
      displayName: 'Chats',
      name: 'chats',
      type: 'fixedCollection',
      typeOptions: { multipleValues: true },
      placeholder: 'Add chat',
      default: {},
      options: [
        {
          displayName: 'Chat',
          name: 'values',
          values: [
            {
              displayName: 'Chat',
              name: 'chat',
              type: 'resourceLocator',
              default: { mode: 'list', value: '' },
              modes: [
                {
                  displayName: 'From List',
                  name: 'list',
                  type: 'list',
                  typeOptions: { searchListMethod: 'searchRecipients', searchable: true },
                },
                {
                  displayName: 'By Number or JID',
                  name: 'id',
                  type: 'string',
                  placeholder: 'e.g. +49 170 1234567',
                },
              ],
            },
          ],
        },
      ],
    },
    {
      displayName: 'Kinds',
      name: 'kinds',
      type: 'multiOptions',
      default: ['text'],
      options: kinds.map((value) => ({ name: titleOf(value), value })),
    },
    {
      displayName: 'Text Matches',
      name: 'text',
      type: 'string',
      default: '',
      placeholder: 'e.g. order',
      description:
        'Words that must be in the text, in whatever case; or a regular expression between slashes: /^order \\d+/i',
    },
    {
      displayName: 'Written By',
      name: 'author',
      type: 'options',
      default: 'others',
      options: [
        { name: 'Anybody', value: 'anybody' },
        { name: 'Others', value: 'others' },
        { name: 'The Account Itself', value: 'me', description: 'On the phone or another linked device' },
      ],
    },
  ],
};

const options: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options: [
    {
      displayName: 'Media Up To (MB)',
      name: 'mediaMegabytes',
      type: 'number',
      typeOptions: { minValue: 0, maxValue: 16 },
      default: 5,
      description:
        'Puts the file of a message into the binary field "data" when it is not larger. Otherwise download it with Message > Download Media.',
    },
    {
      displayName: 'One After Another',
      name: 'isOrdered',
      type: 'boolean',
      default: false,
      description: 'Whether to start the next execution only when the one before has ended',
    },
    {
      displayName: 'While the Workflow Was Off',
      name: 'whileOff',
      type: 'options',
      default: 'skip',
      description:
        'What becomes of what happened while the workflow was deactivated. After a restart of n8n nothing is ever skipped.',
      options: [
        { name: 'Catch Up', value: 'catchUp', description: 'Start the workflow for all of it' },
        { name: 'Skip', value: 'skip', description: 'Begin with what happens from now on' },
      ],
    },
  ],
};

/** The form of the trigger. */
export const triggerForm: INodeProperties[] = [
  events,
  {
    displayName: 'Simplify',
    name: 'simplify',
    type: 'boolean',
    default: true,
    description: 'Whether to return a simplified version of the response instead of the raw data',
  },
  filters,
  options,
];
