import type { CallQueries, PresenceQueries, ProfileQueries } from '../../queries.js';
import { changeAppState } from './app-state-key.js';
import { type Asking, query } from './asking.js';

/** What we call a privacy setting, and what WhatsApp does. */
const CATEGORIES = {
  lastSeen: 'last',
  online: 'online',
  picture: 'profile',
  about: 'status',
  readReceipts: 'readreceipts',
  groupAdd: 'groupadd',
  calls: 'calladd',
  messages: 'messages',
} as const;

export function profileQueries({ socket }: Asking): ProfileQueries {
  return {
    async setName(name) {
      await changeAppState(socket, () => socket.updateProfileName(name));
    },
    async setAbout(text) {
      await socket.updateProfileStatus(text);
    },
    async setPicture(jpeg, group) {
      // Baileys would need a library for images, which the caller may have or not.
      const content = jpeg && [{ tag: 'picture', attrs: { type: 'image' }, content: jpeg }];
      const about = { xmlns: 'w:profile:picture', ...(group ? { target: group } : {}) };
      await query(socket, 'set', about, content);
    },
    async getPrivacy() {
      const values = await socket.fetchPrivacySettings(true);
      const known = Object.entries(CATEGORIES).flatMap(([name, category]) =>
        values[category] === undefined ? [] : [[name, values[category]]],
      );
      return Object.fromEntries(known);
    },
    async setPrivacy(settings) {
      for (const [name, value] of Object.entries(settings)) {
        if (value === undefined) continue;
        const category = CATEGORIES[name as keyof typeof CATEGORIES];
        const node = { tag: 'category', attrs: { name: category, value } };
        await query(socket, 'set', { xmlns: 'privacy' }, [{ tag: 'privacy', attrs: {}, content: [node] }]);
      }
      // What Baileys remembers decides which receipts it sends.
      await socket.fetchPrivacySettings(true);
    },
  };
}

export function presenceQueries({ socket }: Asking): PresenceQueries {
  return {
    async set(state) {
      await socket.sendPresenceUpdate(state);
    },
    async subscribe(person) {
      await socket.presenceSubscribe(person);
    },
    async type(chat, state) {
      await socket.sendPresenceUpdate(state, chat);
    },
  };
}

export function callQueries({ socket }: Asking): CallQueries {
  return {
    async reject(callId, caller) {
      await socket.rejectCall(callId, caller);
    },
  };
}
