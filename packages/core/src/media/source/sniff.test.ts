import { describe, expect, it } from 'vitest';
import { sniffType } from './sniff.js';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
const ZIP = Buffer.from('504b0304140000000000000000000000000000000000000000000100000061', 'hex');
const PDF = Buffer.from('%PDF-1.7\n');

describe('the type of a content', () => {
  it.each<[string, Buffer, object, string]>([
    ['is read from its bytes', PNG, {}, 'image/png'],
    ['is not what somebody claims', PDF, { mimetype: 'image/png', fileName: 'a.png' }, 'application/pdf'],
    [
      'is bytes for what cannot be told, whatever is claimed',
      Buffer.from([0, 1, 2, 255]),
      { mimetype: 'image/jpeg' },
      'application/octet-stream',
    ],
    ['is text for text', Buffer.from('grüße'), {}, 'text/plain'],
    ['is what the name says for text', Buffer.from('a;b'), { fileName: 'list.csv' }, 'text/csv'],
    ['is what is claimed for text', Buffer.from('{}'), { mimetype: 'application/json' }, 'application/json'],
    [
      'is not a picture because text claims so',
      Buffer.from('no GIF'),
      { mimetype: 'image/gif' },
      'text/plain',
    ],
    ['is text even when a character is cut off', Buffer.from('grüße').subarray(0, 3), {}, 'text/plain'],
    [
      'is what the name says for what is in a wrapper',
      ZIP,
      { fileName: 'a.docx' },
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    ['is the wrapper when the claim is something else', ZIP, { mimetype: 'video/mp4' }, 'application/zip'],
  ])('%s', async (_name, start, claim, type) => {
    expect(await sniffType(start, claim)).toBe(type);
  });
});
