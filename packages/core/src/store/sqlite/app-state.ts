import type { ChatMarks, Label, LabelUse } from '../../types/app-state.js';
import type { AppStateRepository } from '../app-state.js';
import type { Database } from './database.js';

const UNMARKED: ChatMarks = {
  isArchived: false,
  isPinned: false,
  mutedUntil: null,
  isMarkedUnread: false,
  ephemeralMs: 0,
};

/** One table of JSON by topic and id: there are few rows, and each is read whole. */
export function sqliteAppState(db: Database): (account: number) => AppStateRepository {
  const get = db
    .prepare<unknown[], string>('SELECT value FROM app_state WHERE account = ? AND topic = ? AND id = ?')
    .pluck();
  const getAll = db
    .prepare<unknown[], string>('SELECT value FROM app_state WHERE account = ? AND topic = ? ORDER BY id')
    .pluck();
  const put = db.prepare(
    `INSERT INTO app_state (account, topic, id, value) VALUES (?, ?, ?, ?)
     ON CONFLICT (account, topic, id) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`,
  );
  const remove = db.prepare('DELETE FROM app_state WHERE account = ? AND topic = ? AND id = ?');
  const removeUses = db.prepare(
    `DELETE FROM app_state WHERE account = ? AND topic = 'label_use' AND json_extract(value, '$.labelId') = ?`,
  );
  return (account) => {
    const read = <T>(topic: string, id: string): T | undefined => {
      const text = get.get(account, topic, id) as string | undefined;
      return text === undefined ? undefined : (JSON.parse(text) as T);
    };
    const readAll = <T>(topic: string): T[] =>
      (getAll.all(account, topic) as string[]).map((text) => JSON.parse(text) as T);
    const write = (topic: string, id: string, value: unknown) =>
      put.run(account, topic, id, JSON.stringify(value));
    const marksOf = (chat: string): ChatMarks => ({ ...UNMARKED, ...read<Partial<ChatMarks>>('chat', chat) });
    const useId = ({ labelId, chat, messageId = '' as LabelUse['messageId'] }: LabelUse) =>
      JSON.stringify([labelId, chat, messageId]);
    return {
      getMarks: marksOf,
      putMarks(chat, change) {
        const marks = marksOf(chat);
        const isNew = Object.entries(change).some(
          ([name, value]) => marks[name as keyof ChatMarks] !== value,
        );
        if (isNew) write('chat', chat, { ...marks, ...change });
      },
      deleteMarks(chat) {
        remove.run(account, 'chat', chat);
      },
      move(from, to) {
        const marks = read<Partial<ChatMarks>>('chat', from);
        if (marks) write('chat', to, { ...marks, ...read<Partial<ChatMarks>>('chat', to) });
        remove.run(account, 'chat', from);
        for (const use of readAll<LabelUse>('label_use').filter(({ chat }) => chat === from)) {
          remove.run(account, 'label_use', useId(use));
          const moved = { ...use, chat: to };
          write('label_use', useId(moved), moved);
        }
      },
      getLabels: () => readAll<Label>('label'),
      putLabel(label) {
        write('label', label.id, label);
      },
      deleteLabel(id) {
        remove.run(account, 'label', id);
        removeUses.run(account, id);
      },
      getLabelUses: () => readAll<LabelUse>('label_use'),
      putLabelUse(use, isOn) {
        if (isOn) write('label_use', useId(use), use);
        else remove.run(account, 'label_use', useId(use));
      },
      isStarred: (id) => read('star', id) === true,
      putStar(id, isStarred) {
        if (isStarred) write('star', id, true);
        else remove.run(account, 'star', id);
      },
    };
  };
}
