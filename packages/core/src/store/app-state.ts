import type { ChatMarks, Label, LabelUse } from '../types/app-state.js';
import type { Jid, MessageId } from '../types/ids.js';

/** What the devices of an account share beside messages, as far as this one was told. */
export interface AppStateRepository {
  getMarks(chat: Jid): ChatMarks;
  /** Changes some of the marks of a chat; what is as it was is not written. */
  putMarks(chat: Jid, change: Partial<ChatMarks>): void;
  deleteMarks(chat: Jid): void;
  /** Makes one chat of two: what is marked of the second stays, labels of both. */
  move(from: Jid, to: Jid): void;
  getLabels(): Label[];
  putLabel(label: Label): void;
  /** With everything it is on. */
  deleteLabel(id: string): void;
  /** What labels are on. */
  getLabelUses(): LabelUse[];
  putLabelUse(use: LabelUse, isOn: boolean): void;
  isStarred(id: MessageId): boolean;
  putStar(id: MessageId, isStarred: boolean): void;
}
