import type { Content } from '@wharf/core';
import { useEffect, useState } from 'preact/hooks';
import { useDoing, useSession } from './hooks.js';

/** What a browser may show by itself; everything else that somebody has sent is only saved. */
const shown = /^(image\/(png|jpeg|webp|gif)|video\/mp4|audio\/[\w.+-]+)(;|$)/;

/** A file of a message: fetched when it is asked for, and shown or saved. */
export function Media({
  deviceId,
  messageId,
  content,
}: {
  deviceId: string;
  messageId: string;
  content: Content;
}) {
  const { api } = useSession();
  const [isBusy, run] = useDoing();
  const [file, setFile] = useState<{ url: string; mimetype: string; name: string }>();
  useEffect(() => () => (file ? URL.revokeObjectURL(file.url) : undefined), [file]);
  const open = () =>
    run(async () => {
      const { sha256, mimetype, fileName } = await api.act('message.downloadMedia', { deviceId, messageId });
      const bytes = await api.media(deviceId, sha256);
      const type = shown.test(mimetype) ? mimetype : 'application/octet-stream';
      setFile({
        url: URL.createObjectURL(new Blob([bytes], { type })),
        mimetype: type,
        name: fileName ?? messageId,
      });
    });
  const what = content.kind.replaceAll('_', ' ');
  if (!file)
    return (
      <button type="button" class="quiet media" disabled={isBusy} onClick={open}>
        Show {what}
        {'fileName' in content && content.fileName ? ` ${content.fileName}` : ''}
      </button>
    );
  if (file.mimetype.startsWith('image/')) return <img class="media" alt={what} src={file.url} />;
  // biome-ignore lint/a11y/useMediaCaption: nobody has captions for what a stranger has recorded
  if (file.mimetype.startsWith('video/')) return <video class="media" controls src={file.url} />;
  // biome-ignore lint/a11y/useMediaCaption: nobody has captions for what a stranger has said
  if (file.mimetype.startsWith('audio/')) return <audio controls src={file.url} />;
  return (
    <a class="media" href={file.url} download={file.name}>
      Save {file.name}
    </a>
  );
}
