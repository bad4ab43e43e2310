import { noteRead } from '../store/read.js';
import type { ScopedStore } from '../store/store.js';
import type { AppStateChange } from '../types/app-state.js';

/** Remembers what a device of the account has changed beside messages: the phone, another one, or this one. */
export function storeAppState(scoped: ScopedStore, change: AppStateChange): void {
  const { appState, chats, contacts, messages } = scoped;
  switch (change.about) {
    case 'chat':
      if (change.marks.isMarkedUnread === false) chats.putUnread(change.chat, 0);
      return appState.putMarks(change.chat, change.marks);
    case 'read':
      return noteRead(scoped, change.messageIds, 'read');
    case 'contact':
      contacts.put(change.contact);
      return;
    case 'label':
      return change.isDeleted ? appState.deleteLabel(change.label.id) : appState.putLabel(change.label);
    case 'label_use':
      return appState.putLabelUse(change.use, change.isOn);
    case 'star':
      return appState.putStar(change.messageId, change.isStarred);
    case 'deleted_message':
      return messages.delete(change.messageId);
    case 'deleted_chat':
      messages.clear(change.chat);
      appState.deleteMarks(change.chat);
      return chats.delete(change.chat);
  }
}
