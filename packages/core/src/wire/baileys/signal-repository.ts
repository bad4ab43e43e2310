import type { SignalRepositoryWithLIDStore } from '@whiskeysockets/baileys';
import type { LidRepository } from '../../store/store.js';
import type { Jid } from '../../types/ids.js';
import { addressName, addressOf, isHiddenForm, isPhoneForm, splitUserJid } from '../signal/address.js';
import { type JidPair, LidMapping } from '../signal/lid-mapping.js';
import type { SenderKeys } from '../signal/sender-keys.js';
import type { Sessions } from '../signal/sessions.js';

/** What the wire must know of what goes on here. */
export interface SignalHooks {
  /** A ciphertext could be read. Its message is confirmed as soon as this has resolved. */
  onDecrypted(ciphertext: Uint8Array): Promise<void>;
  /** A ciphertext could not be read. */
  onFailed(ciphertext: Uint8Array): void;
  /** These two addresses are one person. */
  onAliasLearned(pn: Jid, lid: Jid): void;
}

interface Parts {
  sessions: Sessions;
  senderKeys: SenderKeys;
  lids: LidRepository;
  /** Asks the server for the hidden addresses of people; Baileys brings it along. */
  askLids(pns: string[]): Promise<JidPair[] | undefined>;
  hooks: SignalHooks;
}

/**
 * Our Signal side in the shape that Baileys asks for.
 *
 * A person has one set of sessions: under the hidden address as soon as that is known, whichever form a stanza uses.
 */
export function signalRepository({
  sessions,
  senderKeys,
  lids,
  askLids,
  hooks,
}: Parts): SignalRepositoryWithLIDStore {
  const lidMapping = new LidMapping(lids, askLids, hooks.onAliasLearned);
  const reading = async (ciphertext: Uint8Array, decrypt: () => Promise<Uint8Array>) => {
    try {
      const plaintext = await decrypt();
      await hooks.onDecrypted(ciphertext);
      return plaintext;
    } catch (error) {
      hooks.onFailed(ciphertext);
      throw error;
    }
  };

  const addressFor = async (jid: string) => addressOf((await lidMapping.getLIDForPN(jid)) ?? jid);
  const knownAddressFor = (jid: string) => {
    const parts = splitUserJid(jid);
    return addressOf((parts && isPhoneForm(parts.server) && lidMapping.find(parts)) || jid);
  };
  const authorOf = (group: string, jid: string) => ({ group, address: addressOf(jid) });

  return {
    // The class has private fields, so that nothing else than an instance of it fits its type.
    lidMapping: lidMapping as unknown as SignalRepositoryWithLIDStore['lidMapping'],

    async encryptMessage({ jid, data }) {
      return sessions.encrypt(await addressFor(jid), data);
    },
    async decryptMessage({ jid, type, ciphertext }) {
      return reading(ciphertext, async () => sessions.decrypt(await addressFor(jid), type, ciphertext));
    },
    async injectE2ESession({ jid, session }) {
      await sessions.begin(await addressFor(jid), session);
    },
    async validateSession(jid) {
      const address = await addressFor(jid);
      if (sessions.current(address)) return { exists: true };
      return { exists: false, reason: sessions.has(address) ? 'no open session' : 'no session' };
    },
    async getSessionInfo(jid) {
      const { baseKey, registrationId } = sessions.current(await addressFor(jid)) ?? {};
      return baseKey && registrationId !== undefined ? { baseKey, registrationId } : null;
    },
    async deleteSession(jids) {
      await sessions.delete(jids.map(knownAddressFor));
    },
    async migrateSession(fromJid, toJid) {
      const from = splitUserJid(fromJid);
      const to = splitUserJid(toJid);
      if (!from || !to || !isHiddenForm(to.server)) return { migrated: 0, skipped: 0, total: 0 };
      if (!isPhoneForm(from.server)) return { migrated: 0, skipped: 0, total: 1 };
      const { moved, total } = await sessions.move(addressName(from), addressName(to));
      return { migrated: moved, skipped: total - moved, total };
    },
    jidToSignalProtocolAddress: knownAddressFor,

    async encryptGroupMessage({ group, meId, data }) {
      const { ciphertext, announcement } = await senderKeys.encrypt(authorOf(group, meId), data);
      return { ciphertext, senderKeyDistributionMessage: announcement };
    },
    async decryptGroupMessage({ group, authorJid, msg }) {
      return reading(msg, () => senderKeys.decrypt(authorOf(group, authorJid), msg));
    },
    async getSenderKeyDistributionMessage({ group, meId }) {
      return senderKeys.announce(authorOf(group, meId));
    },
    async hasSenderKey({ group, meId }) {
      return senderKeys.has(authorOf(group, meId));
    },
    async processSenderKeyDistributionMessage({ item, authorJid }) {
      const { groupId, axolotlSenderKeyDistributionMessage: announcement } = item;
      if (!groupId || !announcement)
        throw new Error('An announcement of a sender key names its group and the key.');
      await senderKeys.learn(authorOf(groupId, authorJid), announcement);
    },

    close() {
      sessions.close();
      lidMapping.close();
    },
  };
}
