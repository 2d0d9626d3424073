import type { CaseExport } from './case-export.dto';
import { printExport } from './print-export';
import { pathInWords, valueInWords } from './words';

const ID = '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20';
const RECORD = '5d0c9f7e-3d9c-4b36-9d47-2f6a4f0f3c11';

const AN_EXPORT: CaseExport = {
  formatVersion: 1,
  auditRecord: RECORD,
  exportedAt: '2026-11-18T09:42:18.011Z',
  exportedBy: '5e'.repeat(32),
  roles: ['desk'],
  agency: { id: 'prefecture-75', name: 'Préfecture de police de Paris' },
  unit: 'desk',
  caseId: ID,
  reference: ID,
  ground: {
    purpose: 'residence-of-victims',
    legalBases: ['CESEDA R425-1', 'CPP 11'],
    conventions: ['police-prefecture@1'],
  },
  versions: [
    {
      id: ID,
      version: 2,
      type: 'liaison.notice.amended.v1',
      from: 'police-75',
      at: '2026-11-17T09:42:18.011Z',
      state: 'acknowledged',
      detail: { acknowledgedAt: '2026-11-17T10:00:00.000Z', standing: 'current', standingReason: null },
      ground: { convention: 'police-prefecture@1', articles: ['CESEDA R425-1'] },
      content: {
        civilStatus: {
          real: { familyName: 'Ñandú-Œuvrard', givenNames: ['Ștefania', 'Zoë'], birthDate: '2001-06' },
          declared: { familyName: 'Ивайло', nativeName: 'فاطمة بنت محمد', aliases: ['שרה כהן', '李梅'] },
        },
        exploitation: { forms: ['sexual'], places: [{ commune: '75056' }, { commune: '13055' }] },
        dates: { interviewedOn: '2026-11-16' },
      },
      withheld: ['contact.phone', 'vulnerability.health'],
      sources: [
        {
          agency: 'police-75',
          event: ID,
          convention: 'police-prefecture@1',
          receivedAt: '2026-11-17T09:42:18.011Z',
          fields: ['civilStatus.real.familyName'],
        },
        {
          agency: 'police-75',
          event: ID,
          convention: 'police-prefecture@1',
          receivedAt: '2026-11-02T08:00:00.000Z',
          fields: ['civilStatus.declared.familyName', 'exploitation.forms'],
        },
      ],
    },
  ],
  records: {
    permits: [{ id: ID, state: 'lodged', renewal: false, acts: { granted: undefined } }],
    opinions: [],
  },
  attachments: [],
  open: [],
  timeline: Array.from({ length: 120 }, (_, at) => ({
    at: '2026-11-17T09:42:18.011Z',
    kind: 'assignment-taken',
    id: `${ID}/${at}`,
    from: null,
    version: at,
    detail: { by: '5e'.repeat(32) },
    ground: null,
    knows: [],
    withheld: [],
  })),
  notes: [
    {
      id: ID,
      author: '5e'.repeat(32),
      mine: true,
      at: '2026-11-18T09:00:00.000Z',
      text: 'Comes on Tuesday.\nWith a friend.',
      corrects: null,
      correctedBy: null,
    },
  ],
};

describe('a case as a PDF', () => {
  it('is the same bytes for the same export, names its audit record, and has as many pages as it needs', async () => {
    const [first, second] = [await printExport(AN_EXPORT), await printExport(AN_EXPORT)];
    expect(first.equals(second)).toBe(true);
    const text = first.toString('latin1');
    expect(text).toContain('/Lang (fr-FR)');
    expect(text).toMatch(/\/Count \d\d\b/);
    // The title of the document is in UTF-16 where it has an accent, else as it is.
    expect(text).toContain(`(Consultation ${RECORD})`);
    const other = await printExport({ ...AN_EXPORT, auditRecord: ID });
    expect(other.equals(first)).toBe(false);
  });

  describe('writes a name in its script', () => {
    const named = (nativeName: string): CaseExport => {
      const [version] = AN_EXPORT.versions;
      const content = { civilStatus: { declared: { nativeName } } };
      return { ...AN_EXPORT, versions: version ? [{ ...version, content }] : [], timeline: [] };
    };
    const fontsIn = async (name: string) => {
      const text = (await printExport(named(name))).toString('latin1');
      return new Set([...text.matchAll(/\/FontName \/\w+\+(\w+)/g)].map(([, font]) => font));
    };

    it.each([
      ['Chinese', '李梅 陳', 'NotoSansHans'],
      ['Hangul', '김철수', 'NanumGothic'],
      ['Ethiopic', 'ጽጌረዳ አበበ', 'NotoSansEthiopic'],
      ['Devanagari', 'लक्ष्मी श्रेष्ठ', 'NotoSansDevanagari'],
      ['Bengali', 'ফাতেমা ক্ষুদ্র', 'NotoSansBengali'],
      ['Tamil', 'லட்சுமி', 'NotoSansTamil'],
      ['Sinhala, with a joiner between two letters', 'ශ්\u200Dරී කුමාරි', 'NotoSansSinhala'],
      ['Thai', 'สมชาย ผู้ใหญ่', 'NotoSansThai'],
      ['Khmer', 'សុខា ស្រី', 'NotoSansKhmer'],
    ])('%s', async (_, name, family) => {
      const added = [...(await fontsIn(name))].filter((font) => font !== 'DejaVuSans');
      expect(added).toEqual([expect.stringMatching(new RegExp(`^${family}`))]);
    });

    it('with no other font than the usual where that has it, or none has', async () => {
      for (const name of ['فاطمة', 'Ивайло', 'Նարե', 'ნინო', 'ນາງ', 'Adaeze', 'ᏣᎳᎩ'])
        expect(await fontsIn(name)).toEqual(new Set(['DejaVuSans']));
    });

    it('or by its codes where a mark has no place in a word, and is written all the same', async () => {
      expect(await fontsIn('ௌஇஂௗ')).toEqual(new Set(['DejaVuSans']));
    });
  });

  it('is a page where there is nearly nothing', async () => {
    const little = { ...AN_EXPORT, versions: [], records: {}, timeline: [], notes: null };
    expect((await printExport(little)).toString('latin1')).toMatch(/\/Count 1\b/);
  });

  it('says what a code means, and the code', () => {
    const words = (member: string, code: string) => valueInWords(code, member);
    expect(words('nationalities', 'NG')).toBe('Nigérian (NG)');
    expect(words('departement', '2A')).toBe('Corse-du-Sud (2A)');
    expect(words('departement', 'FR-IDF')).toBe('Île-de-France (FR-IDF)');
    expect(words('communeCode', '13055')).toBe('Marseille (13055)');
    expect(words('languages', 'ro')).toBe('roumain (ro)');
    expect(words('forms', 'forced-labour')).toBe('travail ou services forcés (forced-labour)');
    expect(words('state', 'held-by-network')).toBe('détenu par le réseau (held-by-network)');
    expect([words('nationalities', 'QQ'), words('familyName', 'NG')]).toEqual(['QQ', 'NG']);
  });

  it('says in French what a path and a value are', () => {
    expect(pathInWords('civilStatus.real.familyName')).toBe('État civil › Identité établie › Nom');
    expect(
      [true, '2026-11-18', '2026-11-18T09:42:18.011Z', '2001-06', 3].map((value) => valueInWords(value)),
    ).toEqual(['oui', '18/11/2026', '18/11/2026 09:42 UTC', '2001-06', '3']);
  });
});
