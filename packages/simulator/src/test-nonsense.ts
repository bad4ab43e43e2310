import fc from 'fast-check';
import { type Stanza, stanza } from './stanza/node.js';

const TAGS = 'iq message receipt ack notification presence chatstate call ib enc'.split(' ');
const CHILDREN = TAGS.concat(
  'participants to user list item key skey id value usync query devices lid contact picture privacy'.split(
    ' ',
  ),
  'active count digest retry keys registration identity remove-companion-device create participant'.split(
    ' ',
  ),
  'sync collection patch media_conn link_code_companion_reg pair-device-sign offline_batch'.split(' '),
);
const XMLNS = 'abt blocklist disappearing_mode encrypt md passive privacy status usync w:g2 w:m w:p'
  .split(' ')
  .concat('w:profile:picture w:stats w:sync:app:state w:mex w:biz nonsense'.split(' '));
const NAMES = 'type to from jid participant class count recipient category version name stage value offline'
  .split(' ')
  .concat('edit v t sid context mode error return_snapshot'.split(' '));
const VALUES = [
  '',
  '-1',
  '0',
  '1',
  '99999999999999999999',
  'NaN',
  '__proto__',
  'get',
  'set',
  'result',
  'error',
]
  .concat('text pkmsg msg skmsg read retry inactive pn lid in add remove available'.split(' '))
  .concat('1@lid @g.us 120363041234567890@g.us status@broadcast 1203630000@newsletter'.split(' '))
  .concat('@s.whatsapp.net 15550100002:1@s.whatsapp.net 15550100003@s.whatsapp.net'.split(' '));

const bytes = fc.uint8Array({ maxLength: 70 }).map((content) => Buffer.from(content));

/** Stanzas that are well-formed, use the words of the protocol, and mean nothing. */
export const nonsense: fc.Arbitrary<Stanza> = fc.letrec<{ node: Stanza; whole: Stanza }>((tie) => ({
  node: fc.record({
    tag: fc.constantFrom(...CHILDREN),
    attrs: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES), { maxKeys: 4 }),
    content: fc.oneof(
      { maxDepth: 4 },
      fc.constant(undefined),
      bytes,
      fc.array(tie('node'), { maxLength: 3 }),
    ),
  }) as fc.Arbitrary<Stanza>,
  whole: fc
    .tuple(tie('node'), fc.constantFrom(...TAGS), fc.constantFrom(...XMLNS), fc.nat(40))
    .map(([node, tag, xmlns, id]) => ({ ...node, tag, attrs: { xmlns, id: `n${id}`, ...node.attrs } })),
})).whole;

const enc = (type: string) => stanza('enc', { v: 2, type }, Buffer.alloc(60, 5));
const preKey = [stanza('id', {}, Buffer.of(0, 0, 9)), stanza('value', {}, Buffer.alloc(32, 4))];
const people = ['15550100002:1@s.whatsapp.net', '15550100003@s.whatsapp.net'];

/** What clients do say, as far as it can be said without their keys. */
const SENSIBLE: Stanza[] = [
  stanza('message', { id: 'm1', to: people[1], type: 'text' }, [
    stanza('participants', {}, [
      ...people.map((jid) => stanza('to', { jid }, [enc('pkmsg')])),
      stanza('to', { jid: people[1] }, [enc('msg')]),
    ]),
    stanza('device-identity', {}, Buffer.alloc(100, 1)),
  ]),
  stanza('message', { id: 'm2', to: '120363041234567890@g.us', type: 'text', phash: '2:abcd' }, [
    enc('skmsg'),
    stanza('participants', {}, [stanza('to', { jid: people[0] }, [enc('pkmsg')])]),
  ]),
  stanza('receipt', { id: 'm1', to: people[1], type: 'retry' }, [
    stanza('retry', { count: 2, id: 'm1', t: 1, v: 1 }),
    stanza('registration', {}, Buffer.alloc(4, 1)),
    stanza('keys', {}, [
      stanza('type', {}, Buffer.of(5)),
      stanza('identity', {}, Buffer.alloc(32, 2)),
      stanza('key', {}, preKey),
      stanza('skey', {}, [...preKey, stanza('signature', {}, Buffer.alloc(64, 3))]),
    ]),
  ]),
  stanza('receipt', { id: 'm3', to: people[0], type: 'read' }, [
    stanza('list', {}, [stanza('item', { id: 'm4' })]),
  ]),
  stanza('iq', { id: 'q1', type: 'get', xmlns: 'usync' }, [
    stanza('usync', { sid: 'a', mode: 'query', context: 'message', last: 'true', index: 0 }, [
      stanza('query', {}, [stanza('devices', { version: 2 }), stanza('lid'), stanza('contact')]),
      stanza('list', {}, [
        stanza('user', { jid: people[1] }),
        stanza('user', {}, [stanza('contact', {}, Buffer.from('+15550100002'))]),
      ]),
    ]),
  ]),
  stanza('iq', { id: 'q2', type: 'get', xmlns: 'encrypt' }, [
    stanza('key', {}, [stanza('user', { jid: people[1], reason: 'identity' })]),
  ]),
  stanza('iq', { id: 'q3', type: 'set', xmlns: 'encrypt' }, [
    stanza('registration', {}, Buffer.alloc(4, 9)),
    stanza('list', {}, [stanza('key', {}, preKey)]),
    stanza('skey', {}, [...preKey, stanza('signature', {}, Buffer.alloc(64, 3))]),
  ]),
  stanza('iq', { id: 'q4', type: 'set', xmlns: 'w:sync:app:state' }, [
    stanza('sync', {}, [
      stanza('collection', { name: 'regular', version: 0, return_snapshot: 'false' }, [
        stanza('patch', {}, Buffer.alloc(40, 8)),
      ]),
    ]),
  ]),
  stanza('iq', { id: 'q5', type: 'set', xmlns: 'w:g2', to: '@g.us' }, [
    stanza('create', { subject: 'Friends', key: 'k' }, [stanza('participant', { jid: people[1] })]),
  ]),
  stanza('call', { id: 'c1', to: people[1] }, [
    stanza('offer', { 'call-id': 'x', 'call-creator': people[0] }, [stanza('audio')]),
  ]),
];

type Slip = {
  at: number;
  how: 'empty' | 'bytes' | 'attribute' | 'strip' | 'twice' | 'tag';
  value: string;
  content: Buffer;
};

const slip: fc.Arbitrary<Slip> = fc.record({
  at: fc.nat(12),
  how: fc.constantFrom('empty', 'bytes', 'attribute', 'strip', 'twice', 'tag'),
  value: fc.constantFrom(...VALUES),
  content: bytes,
});

/** Stanzas that nearly make sense. */
export const slips: fc.Arbitrary<Stanza> = fc
  .tuple(fc.constantFrom(...SENSIBLE), fc.array(slip, { minLength: 1, maxLength: 3 }))
  .map(([sensible, mistakes]) => mistakes.reduce((said, mistake) => spoil(said, mistake), sensible));

/** Makes a mistake in the n-th part of a stanza, counted from the outside to the inside. */
function spoil(whole: Stanza, mistake: Slip): Stanza {
  let left = mistake.at;
  const visit = (node: Stanza): Stanza[] => {
    left -= 1;
    if (left === -1) return mistaken(node, mistake);
    return [Array.isArray(node.content) ? { ...node, content: node.content.flatMap(visit) } : node];
  };
  return visit(whole)[0] ?? whole;
}

function mistaken(node: Stanza, { how, value, content }: Slip): Stanza[] {
  const [name] = Object.keys(node.attrs);
  switch (how) {
    case 'empty':
      return [{ tag: node.tag, attrs: node.attrs }];
    case 'bytes':
      return [{ ...node, content }];
    case 'attribute':
      return [{ ...node, attrs: { ...node.attrs, [name ?? 'type']: value } }];
    case 'strip':
      return [{ ...node, attrs: {} }];
    case 'twice':
      return [node, node];
    case 'tag':
      return [{ ...node, tag: 'nonsense' }];
  }
}
