import type { proto } from '@whiskeysockets/baileys';
import type { Content } from '../../../types/content.js';
import { defined, textIn } from './values.js';

export const readButtons = (message: proto.Message.IButtonsMessage): Content =>
  defined({
    kind: 'buttons',
    text: message.contentText ?? '',
    title: textIn(message.text),
    footer: textIn(message.footerText),
    buttons: (message.buttons ?? []).map(({ buttonId, buttonText }) => ({
      id: buttonId ?? '',
      text: buttonText?.displayText ?? '',
    })),
  });

export function readTemplate(message: proto.Message.ITemplateMessage): Content | undefined {
  const template = message.hydratedTemplate ?? message.hydratedFourRowTemplate;
  if (!template) {
    return message.interactiveMessageTemplate
      ? readInteractive(message.interactiveMessageTemplate)
      : undefined;
  }
  return defined({
    kind: 'buttons',
    text: template.hydratedContentText ?? '',
    title: textIn(template.hydratedTitleText),
    footer: textIn(template.hydratedFooterText),
    buttons: (template.hydratedButtons ?? []).map(({ quickReplyButton, urlButton, callButton }) =>
      defined({
        id: quickReplyButton?.id ?? '',
        text: (quickReplyButton ?? urlButton ?? callButton)?.displayText ?? '',
        url: textIn(urlButton?.url),
        phone: textIn(callButton?.phoneNumber),
      }),
    ),
  });
}

/** What a button of a business leads to is JSON of its own. */
interface FlowParameters {
  display_text?: unknown;
  id?: unknown;
  url?: unknown;
  phone_number?: unknown;
}

export function readInteractive(message: proto.Message.IInteractiveMessage): Content | undefined {
  const { header, body, footer, nativeFlowMessage } = message;
  if (!nativeFlowMessage) return undefined;
  return defined({
    kind: 'buttons',
    text: body?.text ?? '',
    title: textIn(header?.title),
    footer: textIn(footer?.text),
    buttons: (nativeFlowMessage.buttons ?? []).map(({ name, buttonParamsJson }) => {
      const { display_text, id, url, phone_number } = readParameters(buttonParamsJson);
      return defined({
        id: typeof id === 'string' ? id : (name ?? ''),
        text: typeof display_text === 'string' ? display_text : '',
        url: typeof url === 'string' ? url : undefined,
        phone: typeof phone_number === 'string' ? phone_number : undefined,
      });
    }),
  });
}

function readParameters(json: string | null | undefined): FlowParameters {
  try {
    return Object(JSON.parse(json ?? '{}')) as FlowParameters;
  } catch {
    return {};
  }
}

export const readList = (message: proto.Message.IListMessage): Content =>
  defined({
    kind: 'list',
    title: textIn(message.title),
    text: message.description ?? '',
    footer: textIn(message.footerText),
    button: message.buttonText ?? '',
    sections: (message.sections ?? []).map(({ title, rows }) =>
      defined({
        title: textIn(title),
        rows: (rows ?? []).map((row) =>
          defined({ id: row.rowId ?? '', title: row.title ?? '', description: textIn(row.description) }),
        ),
      }),
    ),
  });

export const readButtonResponse = (response: proto.Message.IButtonsResponseMessage): Content => ({
  kind: 'button_response',
  id: response.selectedButtonId ?? '',
  text: response.selectedDisplayText ?? '',
});

export const readTemplateReply = (reply: proto.Message.ITemplateButtonReplyMessage): Content => ({
  kind: 'button_response',
  id: reply.selectedId ?? '',
  text: reply.selectedDisplayText ?? '',
});

export const readListResponse = (response: proto.Message.IListResponseMessage): Content =>
  defined({
    kind: 'list_response',
    id: response.singleSelectReply?.selectedRowId ?? '',
    text: response.title ?? '',
    description: textIn(response.description),
  });

export const readFlowResponse = ({
  body,
  nativeFlowResponseMessage: flow,
}: proto.Message.IInteractiveResponseMessage): Content => ({
  kind: 'flow_response',
  name: flow?.name ?? '',
  text: body?.text ?? '',
  parameters: flow?.paramsJson ?? '',
});
