import { isDeepStrictEqual as isEqual } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../simulator.js';
import { pairedClient, type TestClient, textOf } from '../test-client.js';
import { endTestSimulator, startTestSimulator } from '../test-simulator.js';

const ANN = '15550100001';
const BOB = '15550100002';
const VERA = '15550100003';
const OLGA = '15550100004';
const pn = (phone: string) => `${phone}@s.whatsapp.net`;

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startTestSimulator({ receiptDelayMs: 20 });
  simulator.addContact({ phone: VERA, name: 'Vera' });
  simulator.addContact({ phone: OLGA, name: 'Olga' });
  return () => endTestSimulator(simulator);
});

/** The stubs (what a chat shows about changes of the group) a client got, by type. */
function stub(client: TestClient, type: number, since = 0) {
  return client.until(`stub ${type}`, () =>
    client.messages.slice(since).find(({ messageStubType }) => messageStubType === type),
  );
}

/** A group event of a client that fits. */
function event<T>(client: TestClient, name: string, fits: (value: T) => boolean): Promise<T> {
  return client.until(name, () => {
    for (const happening of client.events) {
      if (happening.name !== name) continue;
      const values = (Array.isArray(happening.value) ? happening.value : [happening.value]) as T[];
      const found = values.find(fits);
      if (found) return found;
    }
    return undefined;
  });
}

describe('The groups of a Baileys client', () => {
  it('are made, found, changed and left', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const bob = await pairedClient(simulator, BOB, 'Bob');
    const { id: jid, participants } = await ann.socket.groupCreate('Friends', [pn(BOB), pn(VERA)]);
    expect(participants).toMatchObject([
      { id: simulator.account(ANN).lid, phoneNumber: pn(ANN), admin: 'superadmin' },
      { id: simulator.account(BOB).lid, phoneNumber: pn(BOB), admin: null },
      { id: simulator.account(VERA).lid, phoneNumber: pn(VERA), admin: null },
    ]);
    await event<{ id: string }>(bob, 'groups.upsert', ({ id }) => id === jid);
    expect(Object.keys(await bob.socket.groupFetchAllParticipating())).toEqual([jid]);

    await ann.socket.groupUpdateSubject(jid, 'Best friends');
    expect((await stub(bob, 21)).messageStubParameters).toEqual(['Best friends']);
    await ann.socket.groupUpdateDescription(jid, 'Only the best');
    expect((await stub(bob, 24)).messageStubParameters).toEqual(['Only the best']);
    await ann.socket.groupUpdateDescription(jid, 'Only the very best');
    await ann.socket.groupSettingUpdate(jid, 'announcement');
    await stub(bob, 26);
    await ann.socket.groupSettingUpdate(jid, 'locked');
    await stub(bob, 25);
    await ann.socket.groupToggleEphemeral(jid, 86_400);
    await ann.socket.groupMemberAddMode(jid, 'admin_add');
    await ann.socket.groupJoinApprovalMode(jid, 'on');
    expect(await bob.socket.groupMetadata(jid)).toMatchObject({
      subject: 'Best friends',
      subjectOwner: simulator.account(ANN).lid,
      desc: 'Only the very best',
      announce: true,
      restrict: true,
      memberAddMode: false,
      joinApprovalMode: true,
      ephemeralDuration: 86_400,
      size: 3,
    });
    await expect(bob.socket.groupUpdateSubject(jid, 'Mine')).rejects.toThrow('forbidden');

    const outcomes = await ann.socket.groupParticipantsUpdate(
      jid,
      [pn(OLGA), pn(BOB), pn('15559999999')],
      'add',
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['200', '409', '404']);
    await ann.socket.groupParticipantsUpdate(jid, [pn(BOB)], 'promote');
    await ann.socket.groupParticipantsUpdate(jid, [pn(OLGA)], 'remove');
    await event<{ action: string }>(bob, 'group-participants.update', ({ action }) => action === 'remove');
    await bob.socket.groupLeave(jid);
    await stub(ann, 32);
    await expect(bob.socket.groupMetadata(jid)).rejects.toThrow('forbidden');
    expect(simulator.groups.get(jid).members.map(({ phone }) => phone)).toEqual([ANN, VERA]);
    expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
  });

  it('are joined by link, or by asking', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const bob = await pairedClient(simulator, BOB, 'Bob');
    const { id: jid } = await ann.socket.groupCreate('Friends', []);
    const code = (await ann.socket.groupInviteCode(jid)) ?? '';
    expect(await bob.socket.groupGetInviteInfo(code)).toMatchObject({ id: jid, subject: 'Friends' });
    expect(await bob.socket.groupAcceptInvite(code)).toBe(jid);
    await ann.socket.groupParticipantsUpdate(jid, [pn(BOB)], 'remove');
    const next = (await ann.socket.groupRevokeInvite(jid)) ?? '';
    expect(next).not.toBe(code);
    await expect(bob.socket.groupAcceptInvite(code)).rejects.toThrow('gone');
    await expect(bob.socket.groupAcceptInvite('nonsense')).rejects.toThrow('not-acceptable');
    await ann.socket.groupJoinApprovalMode(jid, 'on');
    await bob.socket.groupAcceptInvite(next);
    simulator.groups.join(next, VERA);
    await stub(ann, 172);
    const requests = await ann.socket.groupRequestParticipantsList(jid);
    const { lid } = simulator.account(BOB);
    expect(requests.map((request) => request.jid)).toEqual([lid, simulator.account(VERA).lid]);
    expect(await ann.socket.groupRequestParticipantsUpdate(jid, [lid], 'approve')).toEqual([
      { status: '200', jid: lid },
    ]);
    expect(simulator.groups.answerRequests(jid, ANN, 'reject', [VERA])).toEqual([
      { person: pn(VERA), status: 200 },
    ]);
    await bob.send(jid, 'here I am');
    await ann.message('here I am');
    expect(simulator.groups.get(jid)).toMatchObject({
      joinRequests: [],
      members: [{ phone: ANN }, { phone: BOB }],
    });
  });

  it('are entered by a personal invitation', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const vera = simulator.contact(VERA);
    const { jid } = simulator.groups.create({ by: VERA, subject: 'Friends', members: [] });
    const invitation = simulator.groups.invite(jid, VERA, ANN);
    await vera.send(ANN, { kind: 'groupInvite', group: jid, groupName: 'Friends', ...invitation });
    const { key, message } = await ann.until('the invitation', () =>
      ann.messages.find((received) => received.message?.groupInviteMessage),
    );
    if (!message?.groupInviteMessage) throw new Error('no invitation');
    expect(await ann.socket.groupAcceptInviteV4(key, message.groupInviteMessage)).toBe(jid);
    expect(simulator.groups.get(jid).members).toMatchObject([
      { phone: VERA },
      { phone: ANN, role: 'member' },
    ]);
  });

  it('invite those who do not let themselves be added', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const { id: jid } = await ann.socket.groupCreate('Friends', []);
    simulator.contact(VERA).profile.setPrivacy('groupadd', 'none');
    const [outcome] = await ann.socket.groupParticipantsUpdate(jid, [pn(VERA)], 'add');
    expect(outcome).toMatchObject({
      status: '403',
      content: { content: [{ tag: 'add_request', attrs: { code: expect.any(String) } }] },
    });
    const [again] = simulator.groups.changeMembers(jid, ANN, 'add', [VERA]);
    simulator.groups.accept(jid, VERA, again?.invitation?.code ?? '');
    expect(simulator.groups.get(jid).members).toMatchObject([{ phone: ANN }, { phone: VERA }]);
  });

  it('have a picture, which members set, see and take away', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const bob = await pairedClient(simulator, BOB, 'Bob');
    const { id: jid } = await ann.socket.groupCreate('Friends', [pn(BOB), pn(VERA)]);
    await event<{ id: string }>(bob, 'groups.upsert', ({ id }) => id === jid);
    const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
    // What updateProfilePicture sends once it has made the picture smaller, for which it needs a library of its own.
    const set = (content?: { tag: string; attrs: { type: string }; content: Buffer }[]) =>
      ann.socket.query({
        tag: 'iq',
        attrs: { to: '@s.whatsapp.net', target: jid, type: 'set', xmlns: 'w:profile:picture' },
        ...(content ? { content } : {}),
      });
    await set([{ tag: 'picture', attrs: { type: 'image' }, content: jpeg }]);
    await event<{ id: string }>(bob, 'contacts.update', (one) =>
      isEqual(one, { id: jid, imgUrl: 'changed' }),
    );
    await stub(bob, 22);
    const { pictureId } = simulator.groups.get(jid);
    const url = await bob.socket.profilePictureUrl(jid, 'image');
    expect(url).toContain(`${pictureId}.jpg`);
    await set();
    await event<{ id: string }>(bob, 'contacts.update', (one) =>
      isEqual(one, { id: jid, imgUrl: 'removed' }),
    );
    await expect(bob.socket.profilePictureUrl(jid)).rejects.toThrow('item-not-found');
    expect(simulator.groups.setPicture(jid, VERA, jpeg)).toMatchObject({ pictureId });
    simulator.groups.change(jid, ANN, { isLocked: true });
    expect(() => simulator.groups.setPicture(jid, VERA)).toThrow('not an admin');
  });

  it('are communities, too', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const community = await ann.socket.communityCreate('Neighbours', 'All of us');
    if (!community) throw new Error('no community');
    const { id: jid } = await ann.socket.groupCreate('Garden', [pn(VERA)]);
    await ann.socket.communityLinkGroup(jid, community.id);
    const { linkedGroups } = await ann.socket.communityFetchLinkedGroups(jid);
    expect(linkedGroups.map(({ subject }) => subject).sort()).toEqual(['Garden', 'General', 'Neighbours']);
    expect(await ann.socket.groupMetadata(jid)).toMatchObject({ linkedParent: community.id });
    expect(await ann.socket.groupMetadata(community.id)).toMatchObject({
      isCommunity: true,
      desc: 'All of us',
    });
    await ann.socket.communityUnlinkGroup(jid, community.id);
    expect((await ann.socket.groupMetadata(jid)).linkedParent).toBeUndefined();
    expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0 });
  });

  it('may be asked for only so often when that is switched on', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const { id: jid } = await ann.socket.groupCreate('Friends', []);
    simulator.groups.limitQueries(1);
    await ann.socket.groupMetadata(jid);
    await expect(ann.socket.groupMetadata(jid)).rejects.toThrow('rate-overlimit');
    simulator.groups.limitQueries(undefined);
    await ann.socket.groupMetadata(jid);
  });

  it('refuse what a client writes where it may not', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const { jid } = simulator.groups.create({ by: VERA, subject: 'News', members: [ANN] });
    simulator.groups.change(jid, VERA, { isAnnounce: true });
    const id = await ann.send(jid, 'may I?');
    await ann.until('the refusal', () =>
      ann.events.some(
        ({ name, value }) =>
          (name === 'messages.update' &&
            value.some(({ key, update }) => key.id === id && update.status === 0)) ||
          (name === 'messages.upsert' &&
            value.messages.some(({ key, status }) => key.id === id && status === 0)),
      ),
    );
    expect(simulator.contact(VERA).messages).toEqual([]);
    await simulator.contact(VERA).send(jid, 'news');
    expect(textOf(await ann.message('news'))).toBe('news');
  });
});
