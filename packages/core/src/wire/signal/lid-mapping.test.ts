import { describe, expect, it } from 'vitest';
import { type JidPair, LidMapping } from './lid-mapping.js';
import { temporarySignalStore } from './test-parties.js';

function mappingWith(answer: (pns: string[]) => Promise<JidPair[]> = async () => []) {
  const questions: string[][] = [];
  const learned: string[] = [];
  const ask = (pns: string[]) => {
    questions.push(pns);
    return answer(pns);
  };
  const mapping = new LidMapping(temporarySignalStore().lids, ask, (pn, lid) => learned.push(`${pn} ${lid}`));
  return { mapping, questions, learned };
}

describe('the map of hidden addresses', () => {
  it('answers for every device of a person, in both directions, without asking', async () => {
    const { mapping, questions, learned } = mappingWith();
    await mapping.storeLIDPNMappings([{ pn: '100:7@s.whatsapp.net', lid: '900@lid' }]);
    await mapping.storeLIDPNMappings([{ pn: '100@s.whatsapp.net', lid: '900:2@lid' }]);
    expect(learned).toEqual(['100@s.whatsapp.net 900@lid']);
    expect(await mapping.getLIDForPN('100@s.whatsapp.net')).toBe('900@lid');
    expect(await mapping.getLIDForPN('100:3@s.whatsapp.net')).toBe('900:3@lid');
    expect(await mapping.getLIDForPN('100:99@hosted')).toBe('900:99@hosted.lid');
    expect(await mapping.getPNForLID('900:3@lid')).toBe('100:3@s.whatsapp.net');
    expect(questions).toEqual([]);
  });

  it('takes a pair the wrong way round, and nothing that is no pair', async () => {
    const { mapping } = mappingWith();
    await mapping.storeLIDPNMappings([
      { pn: '900@lid', lid: '100@s.whatsapp.net' },
      { pn: '101@s.whatsapp.net', lid: '102@s.whatsapp.net' },
      { pn: '103-1@g.us', lid: 'nonsense' },
    ]);
    expect(await mapping.getPNForLID('900@lid')).toBe('100:0@s.whatsapp.net');
    expect(await mapping.getLIDForPN('101@s.whatsapp.net')).toBeNull();
  });

  it('asks the server for what it does not know: at once for all, and not again', async () => {
    const { mapping, questions } = mappingWith(async (pns) =>
      pns
        .filter((pn) => pn.startsWith('1'))
        .map((pn) => ({ pn, lid: pn.replace(/@.*/, '@lid').replace('1', '9') })),
    );
    const ask = () => mapping.getLIDsForPNs(['100:2@s.whatsapp.net', '200@s.whatsapp.net', '300@lid']);
    const pairs = [{ pn: '100:2@s.whatsapp.net', lid: '900:2@lid' }];
    expect(await Promise.all([ask(), ask()])).toEqual([pairs, pairs]);
    expect(await ask()).toEqual(pairs);
    expect(questions).toEqual([['100@s.whatsapp.net', '200@s.whatsapp.net']]);
  });

  it('does without when the question fails, and asks the next time', async () => {
    const { mapping, questions } = mappingWith(async () => {
      throw new Error('timed out');
    });
    expect(await mapping.getLIDForPN('100@s.whatsapp.net')).toBeNull();
    expect(await mapping.getLIDForPN('100@s.whatsapp.net')).toBeNull();
    expect(questions).toHaveLength(2);
  });

  it('follows a person to a new number', async () => {
    const { mapping } = mappingWith();
    await mapping.storeLIDPNMappings([{ pn: '100@s.whatsapp.net', lid: '900@lid' }]);
    await mapping.storeLIDPNMappings([{ pn: '101@s.whatsapp.net', lid: '900@lid' }]);
    expect(await mapping.getPNForLID('900@lid')).toBe('101:0@s.whatsapp.net');
    expect(await mapping.getLIDForPN('100@s.whatsapp.net')).toBeNull();
  });
});
