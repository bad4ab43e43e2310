import { describe, expect, it } from 'vitest';
import { SHOP, Shop, VERA } from '../support/shop.js';

const TOMORROW = Date.UTC(2030, 0, 1);
const vera = `${VERA}@s.whatsapp.net`;
const walter = '15550008@s.whatsapp.net';
const own = `${SHOP}@s.whatsapp.net`;

describe('a poll of a device', () => {
  it('is voted on by a contact, vote after vote, and counted', async () => {
    const shop = await Shop.open();
    const poll = await shop.send({
      kind: 'poll',
      name: 'Which?',
      options: ['Mo', 'Tu', 'We'],
      selectableCount: 0,
    });
    await shop.shown(poll);
    for (const options of [['Mo'], ['Mo', 'We'], []]) {
      const vote = await shop.received(await shop.vera.send(SHOP, { kind: 'vote', of: poll, options }));
      expect(vote.content).toEqual({
        kind: 'poll_vote',
        target: { id: poll, isFromMe: true, sender: own },
        options,
      });
      expect((await shop.manager.getMessage('shop', poll))?.tally).toEqual(
        ['Mo', 'Tu', 'We'].map((option) => ({ option, voters: options.includes(option) ? [vera] : [] })),
      );
    }
  });

  it('is counted over all members of a group', async () => {
    const shop = await Shop.open();
    const other = shop.simulator.addContact({ phone: '15550008', name: 'Walter' });
    const group = shop.simulator.groups.create({ by: VERA, subject: 'Cats', members: [SHOP, '15550008'] });
    const poll = await shop.send({ kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'] }, group.jid);
    for (const [member, options] of [
      [shop.vera, ['Yes']],
      [other, ['No']],
    ] as const) {
      await shop.shown(poll, member);
      await shop.received(await member.send(group.jid, { kind: 'vote', of: poll, options: [...options] }));
    }
    await shop.send({ kind: 'poll_vote', target: poll, options: ['Yes'] }, group.jid);
    expect((await shop.manager.getMessage('shop', poll))?.tally).toEqual([
      { option: 'Yes', voters: expect.arrayContaining([vera, own]) },
      { option: 'No', voters: [walter] },
    ]);
    await shop.vera.waitForMessage(({ id, votes }) => id === poll && votes?.length === 3);
  });
});

describe('a poll of a contact', () => {
  it('is voted on by a device, and refused what it does not offer', async () => {
    const shop = await Shop.open();
    const poll = await shop.received(
      await shop.vera.send(SHOP, { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectable: 1 }),
    );
    await shop.send({ kind: 'poll_vote', target: poll.id, options: ['No'] });
    await shop.vera.waitForMessage(({ id, votes }) => id === poll.id && votes?.[0]?.options[0] === 'No');
    expect((await shop.manager.getMessage('shop', poll.id))?.tally).toEqual([
      { option: 'Yes', voters: [] },
      { option: 'No', voters: [own] },
    ]);
    for (const options of [['Maybe'], ['Yes', 'No']])
      await expect(
        shop.manager.send('shop', { to: VERA, content: { kind: 'poll_vote', target: poll.id, options } }),
      ).rejects.toMatchObject({ code: 'MESSAGE_INVALID', details: { field: 'options' } });
  });
});

describe('an event', () => {
  it('is answered in both directions', async () => {
    const shop = await Shop.open();
    const ours = await shop.send({ kind: 'event', name: 'Party', startAt: TOMORROW });
    await shop.shown(ours);
    const answer = await shop.vera.send(SHOP, { kind: 'eventResponse', of: ours, response: 'maybe' });
    expect((await shop.received(answer)).content).toEqual({
      kind: 'event_response',
      target: { id: ours, isFromMe: true, sender: own },
      response: 'maybe',
    });
    const theirs = await shop.received(
      await shop.vera.send(SHOP, { kind: 'event', name: 'Dinner', startAt: TOMORROW }),
    );
    await shop.send({ kind: 'event_response', target: theirs.id, response: 'going' });
    await shop.vera.waitForMessage(
      ({ id, responses }) => id === theirs.id && responses?.[0]?.response === 'going',
    );
    expect((await shop.manager.getMessage('shop', theirs.id))?.responses).toMatchObject([
      { sender: own, content: { kind: 'event_response', response: 'going' } },
    ]);
  });
});

describe('what is edited or said under the seal of a message', () => {
  it('renames a poll, and its votes still count', async () => {
    const shop = await Shop.open();
    const poll = await shop.received(
      await shop.vera.send(SHOP, { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectable: 1 }),
    );
    const edit = await shop.received(
      await shop.vera.send(SHOP, { kind: 'pollEdit', of: poll.id, name: 'Dinner?' }),
    );
    const target = { id: poll.id, isFromMe: false, sender: vera };
    expect(edit.content).toEqual({ kind: 'edit', target, text: 'Dinner?' });
    await shop.received(await shop.vera.send(SHOP, { kind: 'vote', of: poll.id, options: ['Yes'] }));
    expect(await shop.manager.getMessage('shop', poll.id)).toMatchObject({
      message: { content: { ...poll.content, name: 'Dinner?' }, editedAt: expect.any(Number) },
      tally: [
        { option: 'Yes', voters: [vera] },
        { option: 'No', voters: [] },
      ],
    });
    expect(await shop.manager.act('message.search', { text: 'dinner' })).toMatchObject([{ id: poll.id }]);
  });

  it('changes an event, of which nothing stays that is not said again', async () => {
    const shop = await Shop.open();
    const event = await shop.received(
      await shop.vera.send(SHOP, {
        kind: 'event',
        name: 'Party',
        startAt: TOMORROW,
        endAt: TOMORROW + 3_600_000,
        expiresIn: 86_400,
      }),
    );
    const startAt = TOMORROW + 7_200_000;
    const edit = await shop.received(
      await shop.vera.send(SHOP, {
        kind: 'eventEdit',
        of: event.id,
        name: 'Big party',
        description: 'with cake',
        startAt,
      }),
    );
    const now = { name: 'Big party', description: 'with cake', startAt };
    expect(edit.content).toMatchObject({ kind: 'edit', text: 'Big party', event: now });
    expect((await shop.manager.getMessage('shop', event.id))?.message.content).toEqual({
      kind: 'event',
      ...now,
      ephemeralMs: 86_400_000,
    });
  });

  it('stands below a post of ours, as a comment', async () => {
    const shop = await Shop.open();
    const group = shop.simulator.groups.create({ by: VERA, subject: 'Cats', members: [SHOP] });
    const post = await shop.send({ kind: 'event', name: 'Party', startAt: TOMORROW }, group.jid);
    await shop.shown(post);
    const comment = await shop.vera.send(group.jid, { kind: 'comment', of: post, text: 'I bring cake' });
    expect((await shop.received(comment)).content).toEqual({
      kind: 'comment',
      target: { id: post, isFromMe: true, sender: own },
      text: 'I bring cake',
    });
  });
});

describe('a message with buttons', () => {
  it('is answered by a contact with the button or the row that was chosen', async () => {
    const shop = await Shop.open();
    const { id } = await shop.vera.send(SHOP, {
      kind: 'buttons',
      text: 'Choose',
      buttons: [{ id: 'a', text: 'A' }],
    });
    const reply = await shop.vera.send(SHOP, { kind: 'buttonReply', of: id, id: 'a', text: 'A' });
    expect((await shop.received(reply)).content).toMatchObject({
      kind: 'button_response',
      id: 'a',
      text: 'A',
      quoted: { id, isFromMe: false, kind: 'buttons', text: 'Choose' },
    });
    const row = await shop.vera.send(SHOP, { kind: 'listReply', of: id, id: 'r1', text: 'Soup' });
    expect((await shop.received(row)).content).toMatchObject({
      kind: 'list_response',
      id: 'r1',
      text: 'Soup',
    });
  });
});

describe('in a group, a device', () => {
  it('reacts to, quotes, mentions and takes back what others wrote', async () => {
    const shop = await Shop.open();
    const other = shop.simulator.addContact({ phone: '15550008', name: 'Walter' });
    const group = shop.simulator.groups.create({ by: SHOP, subject: 'Cats', members: [VERA, '15550008'] });
    const { id } = await shop.vera.send(group.jid, 'meow');
    await shop.received({ id });
    await shop.shown(id, other);
    await shop.send({ kind: 'reaction', target: id, emoji: '🐈' }, group.jid);
    await other.waitForMessage((message) => message.id === id && message.reactions?.[0]?.emoji === '🐈');
    const reply = await shop.send(
      { kind: 'text', text: `@${VERA} shh`, quoted: id, mentions: [VERA], mentionsEveryone: true },
      group.jid,
    );
    expect((await shop.shown(reply, other)).content).toMatchObject({ quote: id, mentions: [vera] });
    // An admin may.
    await shop.send({ kind: 'revoke', target: id }, group.jid);
    await other.waitForMessage((message) => message.id === id && message.revoked === true);
  });

  it('hears who reacts to whom', async () => {
    const shop = await Shop.open();
    const other = shop.simulator.addContact({ phone: '15550008', name: 'Walter' });
    const group = shop.simulator.groups.create({ by: SHOP, subject: 'Cats', members: [VERA, '15550008'] });
    const ours = await shop.send({ kind: 'text', text: 'hello' }, group.jid);
    const { id: hers } = await shop.vera.send(group.jid, 'meow');
    await shop.received({ id: hers });
    for (const [target, ref] of [
      [ours, { id: ours, isFromMe: true, sender: own }],
      [hers, { id: hers, isFromMe: false, sender: vera }],
    ] as const) {
      await shop.shown(target, other);
      const message = await shop.received(
        await other.send(group.jid, { kind: 'reaction', of: target, emoji: '👍' }),
      );
      expect(message).toMatchObject({ chat: group.jid, sender: { jid: walter }, content: { emoji: '👍' } });
      expect(message.content).toMatchObject({ target: { id: ref.id, isFromMe: ref.isFromMe } });
      expect((await shop.manager.getMessage('shop', target))?.responses).toMatchObject([
        { sender: walter, content: { kind: 'reaction', emoji: '👍' } },
      ]);
    }
  });
});

describe('a status', () => {
  it('is seen in both directions, by those it is for', async () => {
    const shop = await Shop.open();
    const other = shop.simulator.addContact({ phone: '15550008', name: 'Walter' });
    await shop.received(await shop.vera.send(SHOP, 'hi'));
    const status = await shop.received(await shop.vera.send('status@broadcast', 'on holiday'));
    expect(status).toMatchObject({
      chat: 'status@broadcast',
      sender: { jid: vera },
      content: { text: 'on holiday' },
    });
    const { messageId } = await shop.manager.send('shop', {
      to: 'status@broadcast',
      text: 'open all day',
      audience: [VERA],
    });
    expect(await shop.manager.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
    expect(await shop.shown(messageId)).toMatchObject({ chat: 'status@broadcast', text: 'open all day' });
    expect(other.messages).toEqual([]);
  });
});

describe('a newsletter', () => {
  it('is read by those who follow it and written by its owner', async () => {
    const shop = await Shop.open();
    const theirs = shop.simulator.newsletters.create({ by: VERA, name: 'News' });
    shop.simulator.newsletters.follow(theirs.jid, SHOP);
    const post = await shop.received(await shop.vera.send(theirs.jid, 'extra'));
    expect(post).toMatchObject({ chat: theirs.jid, content: { kind: 'text', text: 'extra' } });
    const ours = shop.simulator.newsletters.create({ by: SHOP, name: 'Offers' });
    shop.simulator.newsletters.follow(ours.jid, VERA);
    const id = await shop.send({ kind: 'text', text: 'today only' }, ours.jid);
    expect(await shop.shown(id)).toMatchObject({ chat: ours.jid, text: 'today only' });
  });
});

describe('a poll that the server could not take at first', () => {
  it('goes out again as the same poll, and is counted across a restart', async () => {
    const shop = await Shop.open();
    shop.simulator.faults.add({ kind: 'refuse-messages', code: 503, only: { tag: 'message' }, times: 1 });
    const poll = await shop.send({ kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'] });
    await shop.shown(poll);
    const sent = await shop.manager.getMessage('shop', poll);
    await shop.restart();
    expect((await shop.manager.getMessage('shop', poll))?.raw).toBe(sent?.raw);
    const vote = await shop.received(await shop.vera.send(SHOP, { kind: 'vote', of: poll, options: ['No'] }));
    expect(vote.content).toMatchObject({ kind: 'poll_vote', options: ['No'] });
    expect((await shop.manager.getMessage('shop', poll))?.tally?.[1]?.voters).toEqual([vera]);
  });
});

describe('what the phone of the account writes', () => {
  it('is heard by its device, votes in its poll too', async () => {
    const shop = await Shop.open();
    const phone = shop.simulator.phone(SHOP);
    await shop.received(await shop.vera.send(SHOP, 'hi'));
    const poll = await shop.received(
      await phone.send(VERA, { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectable: 1 }),
    );
    expect(poll).toMatchObject({
      chat: vera,
      isFromMe: true,
      sender: { jid: own },
      content: { kind: 'poll' },
    });
    await shop.shown(poll.id);
    const vote = await shop.received(
      await shop.vera.send(SHOP, { kind: 'vote', of: poll.id, options: ['Yes'] }),
    );
    expect(vote.content).toMatchObject({ target: { id: poll.id, isFromMe: true }, options: ['Yes'] });
    const reaction = await shop.received(
      await phone.send(VERA, { kind: 'reaction', of: poll.id, emoji: '👍' }),
    );
    expect(reaction).toMatchObject({
      isFromMe: true,
      content: { kind: 'reaction', target: { isFromMe: true } },
    });
  });
});
