import type { Content, Message } from '@wharf/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useDoing, useHeard, useLoaded, useSession } from './hooks.js';
import { Media } from './media.js';

/** The messages of a chat with a field to answer, or, without a chat, a field to write to somebody. */
export function Conversation({
  deviceId,
  chat,
  title,
}: {
  deviceId: string;
  chat: string | undefined;
  title: string | undefined;
}) {
  const { api } = useSession();
  const end = useRef<HTMLDivElement>(null);
  const [deliveries, setDeliveries] = useState<Record<string, string>>({});
  const [messages, again] = useLoaded<Message[]>(
    async () =>
      chat === undefined ? [] : (await api.act('message.list', { deviceId, chat, limit: 100 })).reverse(),
    [api, deviceId, chat],
  );
  useHeard((heard) => {
    if (heard.type === 'device.login' || heard.deviceId !== deviceId) return;
    if (heard.type === 'message' && heard.payload.chat === chat) again();
    if (heard.type === 'message.delivery') {
      const { messageId, delivery } = heard.payload;
      setDeliveries((known) => ({ ...known, [messageId]: delivery }));
      if (heard.payload.chat === chat) again();
    }
  });
  useEffect(() => end.current?.scrollIntoView({ block: 'end' }), [messages]);
  return (
    <div class="conversation">
      {chat !== undefined && <h3>{title ?? chat}</h3>}
      <div class="messages" role="log" aria-label="Messages">
        {messages?.map((message) => (
          <article key={message.id} class="message" data-own={message.isFromMe}>
            {message.isGroup && !message.isFromMe && (
              <small class="who">
                {message.sender.savedName ?? message.sender.name ?? message.sender.phone}
              </small>
            )}
            <Shown deviceId={deviceId} message={message} />
            <small>
              {new Date(message.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
              {message.isFromMe && deliveries[message.id] ? ` · ${deliveries[message.id]}` : ''}
            </small>
          </article>
        ))}
        <div ref={end} />
      </div>
      <Write deviceId={deviceId} chat={chat} onSent={again} />
    </div>
  );
}

function Shown({ deviceId, message }: { deviceId: string; message: Message }) {
  const { content, isRevoked } = message;
  if (isRevoked) return <p class="muted">This message was deleted.</p>;
  const text = wordsOf(content);
  return (
    <>
      {'media' in content && <Media deviceId={deviceId} messageId={message.id} content={content} />}
      {text && <p>{text}</p>}
      {!text && !('media' in content) && <p class="muted">{content.kind.replaceAll('_', ' ')}</p>}
    </>
  );
}

function wordsOf(content: Content): string | undefined {
  if ('text' in content && typeof content.text === 'string') return content.text;
  if ('caption' in content && typeof content.caption === 'string') return content.caption;
  if ('emoji' in content) return content.emoji;
  if ('name' in content && typeof content.name === 'string') return content.name;
  return undefined;
}

const kindOf = ({ type }: File): 'image' | 'video' | 'audio' | 'document' => {
  const [kind] = type.split('/');
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'document';
};

function Write({
  deviceId,
  chat,
  onSent,
}: {
  deviceId: string;
  chat: string | undefined;
  onSent: () => void;
}) {
  const { api } = useSession();
  const [isBusy, run] = useDoing();
  const [to, setTo] = useState('');
  const [text, setText] = useState('');
  const file = useRef<HTMLInputElement>(null);
  const send = (event: Event) => {
    event.preventDefault();
    const chosen = file.current?.files?.[0];
    if (!text.trim() && !chosen) return;
    run(async () => {
      const content = chosen ? await contentOf(chosen) : { kind: 'text' as const, text };
      const item = await api.act('message.send', { deviceId, to: chat ?? to, content: content as never });
      setText('');
      if (file.current) file.current.value = '';
      if (chat === undefined) location.hash = `#/devices/${deviceId}/chats/${encodeURIComponent(item.chat)}`;
      else onSent();
    });
  };
  const contentOf = async (chosen: File) => {
    const { sha256, mimetype } = await api.upload(deviceId, chosen);
    const kind = kindOf(chosen);
    return {
      kind,
      media: { sha256, mimetype },
      ...(kind === 'document' ? { fileName: chosen.name } : {}),
      ...(text.trim() && kind !== 'audio' ? { caption: text } : {}),
    };
  };
  return (
    <form class="write" onSubmit={send}>
      {chat === undefined && (
        <input
          aria-label="To"
          placeholder="+49 170 1234567"
          required
          value={to}
          onInput={({ currentTarget }) => setTo(currentTarget.value)}
        />
      )}
      <textarea
        aria-label="Message"
        placeholder="Message"
        rows={2}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event);
        }}
      />
      <div class="row">
        <input ref={file} type="file" aria-label="File" />
        <button type="submit" disabled={isBusy}>
          Send
        </button>
      </div>
    </form>
  );
}
