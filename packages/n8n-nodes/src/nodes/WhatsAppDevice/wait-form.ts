import type { INodeProperties } from 'n8n-workflow';
import { recipient } from './send-form.js';

const show = { resource: ['message'], operation: ['sendAndWait'] };

const byLink = { name: 'Link to a Page', value: 'link' };
const byReply = {
  name: 'Quoted Reply in the Chat',
  value: 'reply',
  description: 'Somebody replies to the message',
};

/** The form of Send and Wait for Response; n8n's tool variants count on the names that its own nodes use. */
export const waitForm: INodeProperties[] = [
  { ...recipient, displayOptions: { show } },
  {
    displayName: 'Message',
    name: 'message',
    type: 'string',
    typeOptions: { rows: 4 },
    required: true,
    default: '',
    placeholder: 'e.g. May the order go out?',
    displayOptions: { show },
  },
  {
    displayName: 'Response Type',
    name: 'responseType',
    type: 'options',
    default: 'approval',
    displayOptions: { show },
    options: [
      { name: 'Approval', value: 'approval', description: 'Somebody approves or declines' },
      { name: 'Custom Form', value: 'customForm', description: 'Somebody fills in a form on a page' },
      { name: 'Free Text', value: 'freeText', description: 'Somebody writes an answer' },
    ],
  },
  {
    displayName: 'Answer By',
    name: 'answerBy',
    type: 'options',
    default: 'poll',
    displayOptions: { show: { ...show, responseType: ['approval'] } },
    options: [
      byLink,
      { name: 'Poll in the Chat', value: 'poll', description: 'Somebody votes' },
      byReply,
      { name: 'Reaction in the Chat', value: 'reaction', description: 'Somebody reacts with 👍 or 👎' },
    ],
  },
  {
    displayName: 'Answer By',
    name: 'answerBy',
    type: 'options',
    default: 'reply',
    displayOptions: { show: { ...show, responseType: ['freeText'] } },
    options: [byLink, byReply],
  },
  {
    displayName: 'Approval Options',
    name: 'approvalOptions',
    type: 'fixedCollection',
    placeholder: 'Add option',
    default: {},
    displayOptions: { show: { ...show, responseType: ['approval'] } },
    options: [
      {
        displayName: 'Values',
        name: 'values',
        values: [
          { displayName: 'Approve Label', name: 'approveLabel', type: 'string', default: 'Approve' },
          { displayName: 'Decline Label', name: 'disapproveLabel', type: 'string', default: 'Decline' },
        ],
      },
    ],
  },
  {
    displayName: 'Form Fields',
    name: 'formFields',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, sortable: true },
    placeholder: 'Add field',
    default: {},
    displayOptions: { show: { ...show, responseType: ['customForm'] } },
    options: [
      {
        displayName: 'Field',
        name: 'values',
        values: [
          { displayName: 'Label', name: 'fieldLabel', type: 'string', default: '', required: true },
          {
            displayName: 'Choices',
            name: 'choices',
            type: 'string',
            default: '',
            description: 'For a list: separated by commas',
          },
          {
            displayName: 'Type',
            name: 'fieldType',
            type: 'options',
            default: 'text',
            options: [
              { name: 'Date', value: 'date' },
              { name: 'Email', value: 'email' },
              { name: 'List', value: 'dropdown' },
              { name: 'Number', value: 'number' },
              { name: 'Text', value: 'text' },
              { name: 'Text of Several Lines', value: 'textarea' },
            ],
          },
          {
            displayName: 'Required',
            name: 'requiredField',
            type: 'boolean',
            default: false,
            description: 'Whether it must be filled in',
          },
        ],
      },
    ],
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    displayOptions: { show },
    options: [
      {
        displayName: 'Allowed People',
        name: 'allowedPeople',
        type: 'string',
        default: '',
        description:
          'Whose answer in the chat counts: phone numbers or JIDs, separated by commas. Default: everybody in the chat.',
      },
      {
        displayName: 'Limit Wait Time',
        name: 'limitWaitTime',
        type: 'fixedCollection',
        default: {},
        options: [
          {
            displayName: 'Values',
            name: 'values',
            values: [
              {
                displayName: 'Amount',
                name: 'resumeAmount',
                type: 'number',
                typeOptions: { minValue: 0 },
                default: 45,
              },
              {
                displayName: 'Unit',
                name: 'resumeUnit',
                type: 'options',
                default: 'minutes',
                options: [
                  { name: 'Days', value: 'days' },
                  { name: 'Hours', value: 'hours' },
                  { name: 'Minutes', value: 'minutes' },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
];
