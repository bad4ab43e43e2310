import { Conversation } from './conversation.js';
import { linkTo, useHeard, useLoaded, useSession } from './hooks.js';

/** The chats of a device, and the messages of one. */
export function Chats({ deviceId, chat }: { deviceId: string; chat: string | undefined }) {
  const { api } = useSession();
  const [chats, again] = useLoaded(async () => {
    const [list, contacts] = await Promise.all([
      api.act('chat.list', { deviceId, limit: 200 }),
      api.act('contact.list', { deviceId }),
    ]);
    const names = new Map(contacts.map((each) => [each.jid, each.savedName ?? each.name]));
    return list.map((each) => ({ ...each, title: each.name ?? names.get(each.jid) ?? titleOf(each.jid) }));
  }, [api, deviceId]);
  useHeard((heard) => {
    if (heard.type === 'message' && heard.deviceId === deviceId) again();
  });
  return (
    <div class="chats">
      <ul class="chat-list" aria-label="Chats">
        {chats?.length === 0 && <li class="muted">No chat yet.</li>}
        {chats?.map(({ jid, title, lastMessageAt, unreadCount }) => (
          <li key={jid}>
            <a href={linkTo('devices', deviceId, 'chats', jid)} aria-current={jid === chat || undefined}>
              <strong>{title}</strong>
              <small>{lastMessageAt ? new Date(lastMessageAt).toLocaleString() : ''}</small>
              {unreadCount ? <span class="count">{unreadCount}</span> : null}
            </a>
          </li>
        ))}
      </ul>
      <Conversation
        key={chat ?? ''}
        deviceId={deviceId}
        chat={chat}
        title={chats?.find(({ jid }) => jid === chat)?.title}
      />
    </div>
  );
}

const titleOf = (jid: string): string => (/^\d+@s\./.test(jid) ? `+${jid.split('@')[0]}` : jid);
