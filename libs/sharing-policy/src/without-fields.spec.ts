import fc from 'fast-check';
import { withoutFields } from './without-fields';

const notice = {
  civilStatus: {
    declared: { familyName: 'Osagie', aliases: ['Joy', 'Mary'] },
    documents: [{ kind: 'passport', number: 'A1' }, { number: 'B2' }],
  },
  contact: { phone: '+33600000000' },
  danger: false,
};

describe('a payload without some of its fields', () => {
  it('loses these and no others, in every item of a list', () => {
    expect(
      withoutFields(notice, ['civilStatus.documents.number', 'civilStatus.declared.familyName']),
    ).toEqual({
      civilStatus: { declared: { aliases: ['Joy', 'Mary'] }, documents: [{ kind: 'passport' }] },
      contact: { phone: '+33600000000' },
      danger: false,
    });
  });

  it('loses a section that has nothing left, and is empty where all goes', () => {
    expect(withoutFields(notice, ['contact.phone'])).not.toHaveProperty('contact');
    expect(withoutFields(notice, ['civilStatus', 'contact', 'danger'])).toEqual({});
  });

  it('what is named appears nowhere in it; what is not is as it was; twice is as once', () => {
    const leaf = fc.oneof(fc.string({ minLength: 1 }), fc.boolean(), fc.array(fc.string(), { minLength: 1 }));
    const name = fc.constantFrom('a', 'b', 'c');
    const payload = fc.dictionary(
      name,
      fc.oneof(leaf, fc.dictionary(name, leaf), fc.array(fc.dictionary(name, leaf))),
    );
    const path = fc.array(name, { minLength: 1, maxLength: 2 }).map((names) => names.join('.'));
    fc.assert(
      fc.property(payload, fc.array(path), (whole, paths) => {
        const left = withoutFields(whole, paths);
        const leaves = (value: unknown, at: string): [string, unknown][] => {
          if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
            return value.flatMap((item) => leaves(item, at));
          }
          if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[at, value]];
          return Object.entries(value).flatMap(([key, member]) =>
            leaves(member, at === '' ? key : `${at}.${key}`),
          );
        };
        const isGone = (at: string) => paths.some((each) => at === each || at.startsWith(`${each}.`));
        expect(leaves(left, '')).toEqual(leaves(whole, '').filter(([at]) => !isGone(at)));
        expect(withoutFields(left, paths)).toEqual(left);
      }),
    );
  });
});
