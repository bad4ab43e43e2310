import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { trustMediaHost } from '../support/media-wire.js';
import { temporaryFolder } from '../support/storage.js';
import { watch } from '../support/world.js';
import { actOf, startShop, VERA } from './shop.js';

const data = randomBytes(70_000);
const sha256 = createHash('sha256').update(data).digest('base64');

/** A shop to which Vera has sent a file. */
async function withFile() {
  const shop = await startShop();
  trustMediaHost(shop.simulator);
  const heard = watch(shop.manager);
  const { id } = await shop.vera.attachments.send('15550001', {
    kind: 'document',
    fileName: 'bill.bin',
    mimetype: 'application/octet-stream',
    data,
  });
  const isHere = (messageId: string) =>
    heard.until('the message is in the log', (events) =>
      events.some((event) => event.type === 'message' && event.payload.id === messageId),
    );
  await isHere(id);
  return { ...shop, heard, isHere, messageId: id };
}

describe('the actions of media', () => {
  it('download a file, tell what it is, return it and write it to a path', async () => {
    const { act, manager, messageId } = await withFile();
    await expect(manager.act('media.get', { messageId })).rejects.toMatchObject({ code: 'MEDIA_NOT_STORED' });
    const file = {
      sha256,
      sizeBytes: data.length,
      mimetype: 'application/octet-stream',
      fileName: 'bill.bin',
    };
    expect(await act('message.downloadMedia', { messageId })).toEqual(file);
    const path = join(temporaryFolder(), 'bill.bin');
    const base64 = data.toString('base64');
    expect(await act('message.downloadMedia', { messageId, isBase64Wanted: true, saveAs: path })).toEqual({
      ...file,
      base64,
    });
    expect(readFileSync(path).equals(data)).toBe(true);
    const parts: Buffer[] = [];
    for await (const part of manager.readMedia('shop', sha256, { start: 10, end: 65_600 }))
      parts.push(Buffer.from(part));
    expect(Buffer.concat(parts).equals(data.subarray(10, 65_600))).toBe(true);
    // What is there needs no connection.
    await manager.stopDevice('shop');
    expect(await act('media.get', { messageId, isBase64Wanted: true })).toEqual({ ...file, base64 });
    await expect(manager.act('message.downloadMedia', { messageId })).rejects.toMatchObject({
      code: 'DEVICE_NOT_CONNECTED',
    });
  });

  it('ask the phone for what WhatsApp has no more, and say when it has gone for good', async () => {
    const { act, manager, vera, messageId, isHere } = await withFile();
    await vera.attachments.expire(messageId);
    expect(await act('message.downloadMedia', { messageId })).toMatchObject({ sha256 });
    const lost = await vera.attachments.send('15550001', { kind: 'image', data: randomBytes(100) });
    await isHere(lost.id);
    await vera.attachments.expire(lost.id, { isLost: true });
    await expect(manager.act('message.downloadMedia', { messageId: lost.id })).rejects.toMatchObject({
      code: 'MEDIA_EXPIRED',
    });
  });

  it('refuse what is not there, what has no file, a bad path, and all when downloads are off', async () => {
    const { manager, simulator, vera, messageId, isHere } = await withFile();
    const failure = (input: { messageId: string; saveAs?: string }) =>
      manager.act('message.downloadMedia', input).then(
        () => 'none',
        ({ code }: { code: string }) => code,
      );
    const { id: text } = await vera.send('15550001', 'no file');
    await isHere(text);
    expect(await failure({ messageId: 'A' })).toBe('MESSAGE_NOT_FOUND');
    expect(await failure({ messageId: text })).toBe('MESSAGE_WITHOUT_MEDIA');
    simulator.faults.add({ kind: 'refuse-queries', code: 403 });
    expect(await failure({ messageId })).toBe('MEDIA_DOWNLOAD_FAILED');
    simulator.faults.clear();
    await manager.updateSettings('shop', { media: { download: 'off' } });
    expect(await failure({ messageId })).toBe('MEDIA_DOWNLOAD_OFF');
    await manager.updateSettings('shop', { media: null });
    const nowhere = join(temporaryFolder(), 'none', 'a.bin');
    expect(await failure({ messageId, saveAs: nowhere })).toBe('MEDIA_PATH_UNWRITABLE');
    expect(existsSync(nowhere)).toBe(false);
    await expect(
      manager.updateSettings('shop', { media: { kinds: ['text' as 'image'] } }),
    ).rejects.toMatchObject({ code: 'OPTION_INVALID', details: { option: 'media.kinds.0' } });
  });

  it('give media back when its message, or its chat, is deleted', async () => {
    const { act, manager, vera, messageId, isHere } = await withFile();
    const other = await vera.attachments.send('15550001', { kind: 'image', data: randomBytes(100) });
    await isHere(other.id);
    await act('message.downloadMedia', { messageId });
    const { sha256: another } = await act('message.downloadMedia', { messageId: other.id });
    const read = async (hash: string) => {
      for await (const _ of manager.readMedia('shop', hash)) return 'there';
      return 'empty';
    };
    expect(await read(sha256)).toBe('there');
    await act('message.deleteForMe', { messageId });
    await expect(read(sha256)).rejects.toMatchObject({ code: 'MEDIA_NOT_STORED' });
    expect(await read(another)).toBe('there');
    await act('chat.clear', { chat: VERA });
    await expect(read(another)).rejects.toMatchObject({ code: 'MEDIA_NOT_STORED' });
  });

  it('make a square JPEG of any picture for a profile, a group and a community', async () => {
    const { act, manager, owner, simulator } = await startShop();
    trustMediaHost(simulator);
    const png = await sharp({ create: { width: 900, height: 500, channels: 4, background: '#20608080' } })
      .png()
      .toBuffer();
    await act('profile.setPicture', { picture: { base64: png.toString('base64') } });
    const answer = await fetch(owner.profile.pictureUrl ?? '').catch(() => undefined);
    if (answer) {
      const shown = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
      expect(shown).toMatchObject({ format: 'jpeg', width: 640, height: 640 });
    }
    const { jid: group } = await act('group.create', { subject: 'Cats', participants: [VERA] });
    const { jid: community } = await act('community.create', { subject: 'Sea' });
    const picture = `data:image/png;base64,${png.toString('base64')}`;
    for (const jid of [group, community]) {
      await act('group.setPicture', { group: jid, picture });
      expect(simulator.groups.get(jid)).toMatchObject({ pictureId: expect.any(String) });
    }
    const refused: Array<[string | { path: string }, string]> = [
      ['http://127.0.0.1:9/a.png', 'MEDIA_ADDRESS_REFUSED'],
      [{ path: '/no/such/picture' }, 'MEDIA_SOURCE_UNREADABLE'],
      [`data:text/plain;base64,${Buffer.from('hello').toString('base64')}`, 'MEDIA_CONVERSION_FAILED'],
    ];
    for (const [bad, code] of refused)
      await expect(actOf(manager, 'profile.setPicture', { picture: bad })).rejects.toMatchObject({ code });
  });
});
