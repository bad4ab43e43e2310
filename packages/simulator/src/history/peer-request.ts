import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { Companion, type Device } from '../accounts/device.js';
import { PhoneAppState } from '../appstate/phone-app-state.js';
import { sendOlder } from './send-history.js';
import { isViewOnce, webMessage } from './web-message.js';

const {
  APP_STATE_SYNC_KEY_REQUEST,
  APP_STATE_SYNC_KEY_SHARE,
  PEER_DATA_OPERATION_REQUEST_MESSAGE,
  PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
} = proto.Message.ProtocolMessage.Type;

/** Lets the phone do what one of its linked devices asks of it: keys, older messages, a message it could not read. */
export async function answerPeerRequest(device: Device, id: string, message: proto.IMessage): Promise<void> {
  // Some clients wrap it like a copy of a message of theirs.
  const request = (message.deviceSentMessage?.message ?? message).protocolMessage;
  if (!(device instanceof Companion) || !request) return;
  if (request.type === APP_STATE_SYNC_KEY_REQUEST) await shareKeys(device);
  if (request.type !== PEER_DATA_OPERATION_REQUEST_MESSAGE) return;
  const operation = request.peerDataOperationRequestMessage;
  if (operation?.historySyncOnDemandRequest)
    await sendOlder(device, id, operation.historySyncOnDemandRequest);
  if (operation?.placeholderMessageResendRequest?.length)
    await resendPlaceholders(device, id, operation.placeholderMessageResendRequest);
}

/** Gives a device every app-state key of the account. */
export function shareKeys(companion: Companion): Promise<void> {
  const { account } = companion;
  return account.phoneDevice.sendPeerMessage(companion, {
    protocolMessage: {
      type: APP_STATE_SYNC_KEY_SHARE,
      appStateSyncKeyShare: new PhoneAppState(account).keyShare(),
    },
  });
}

async function resendPlaceholders(
  companion: Companion,
  stanzaId: string,
  requests: proto.Message.PeerDataOperationRequestMessage.IPlaceholderMessageResendRequest[],
): Promise<void> {
  const { account } = companion;
  const { PLACEHOLDER_MESSAGE_RESEND } = proto.Message.PeerDataOperationRequestType;
  const peerDataOperationResult = requests.map(({ messageKey }) => {
    const message = account.state.messages.find(({ id }) => id === messageKey?.id);
    // What is to be seen once stays on the phone.
    if (!message || !messageKey?.remoteJid || isViewOnce(message)) return {};
    const found = webMessage(account, messageKey.remoteJid, message, false);
    const webMessageInfoBytes = proto.WebMessageInfo.encode(found as proto.WebMessageInfo).finish();
    return { placeholderMessageResendResponse: { webMessageInfoBytes } };
  });
  await account.phoneDevice.sendPeerMessage(companion, {
    protocolMessage: {
      type: PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
      peerDataOperationRequestResponseMessage: {
        peerDataOperationRequestType: PLACEHOLDER_MESSAGE_RESEND,
        stanzaId,
        peerDataOperationResult,
      },
    },
  });
}
