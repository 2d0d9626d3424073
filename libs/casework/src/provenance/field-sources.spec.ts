import fc from 'fast-check';
import { fieldSources, type SeenVersion } from './field-sources';

const at = (day: number) => new Date(Date.UTC(2026, 0, day));
const version = (number: number, data: unknown): SeenVersion => ({
  provenance: { agency: 'police-75', event: `event-${number}`, convention: `police-prefecture@${number}` },
  receivedAt: at(number),
  data,
});

describe('where fields came from', () => {
  it('is the version that brought the value that stands, by its event, convention and day', () => {
    const versions = [
      version(3, {
        civilStatus: { real: { familyName: 'Osei' }, declared: { familyName: 'Mensah' } },
        steps: ['a', 'b'],
      }),
      version(2, { civilStatus: { declared: { familyName: 'Mensah' } }, steps: ['a', 'b'] }),
      version(1, { civilStatus: { declared: { familyName: 'Mensah' } }, steps: ['a'] }),
    ];
    expect(fieldSources(versions)).toEqual([
      expect.objectContaining({ event: 'event-3', fields: ['civilStatus.real.familyName'] }),
      expect.objectContaining({ event: 'event-2', convention: 'police-prefecture@2', fields: ['steps'] }),
      expect.objectContaining({
        agency: 'police-75',
        event: 'event-1',
        receivedAt: at(1),
        fields: ['civilStatus.declared.familyName'],
      }),
    ]);
  });

  it('is the later one where a value went and came back', () => {
    const versions = [version(3, { a: 1 }), version(2, {}), version(1, { a: 1 })];
    expect(fieldSources(versions)).toEqual([expect.objectContaining({ event: 'event-3', fields: ['a'] })]);
  });

  it('names every field that has a value once, under a version that has it as it stands, since when it has not changed', () => {
    const leaf = fc.constantFrom('x', 'y', 1, true, null);
    const data = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.oneof(
        leaf,
        fc.array(leaf, { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('d', 'e'), leaf),
        fc.array(fc.dictionary(fc.constantFrom('f', 'g'), leaf), { maxLength: 2 }),
      ),
    );
    fc.assert(
      fc.property(fc.array(data, { minLength: 1, maxLength: 5 }), (documents) => {
        const versions = documents.map((each, index) => version(documents.length - index, each));
        const sources = fieldSources(versions);
        const fields = sources.flatMap((source) => source.fields);
        expect(new Set(fields).size).toBe(fields.length);
        expect([...fields].sort()).toEqual(naivePaths(documents[0]));
        for (const { event, fields: own } of sources) {
          const place = versions.findIndex(({ provenance }) => provenance.event === event);
          for (const path of own) {
            const held = documents.map((each) => naiveValue(each, path));
            expect(new Set(held.slice(0, place + 1)).size).toBe(1);
            expect(held[place + 1]).not.toBe(held[place]);
          }
        }
      }),
    );
  });
});

/** Written otherwise: from the printed document, path by path. */
function naiveLeaves(document: unknown): [string, string][] {
  if (typeof document !== 'object' || document === null) return [['', JSON.stringify(document)]];
  return Object.entries(document).flatMap(([name, member]) =>
    naiveLeaves(member).map(([path, value]): [string, string] => [
      [...(Array.isArray(document) ? [] : [name]), ...(path === '' ? [] : [path])].join('.'),
      value,
    ]),
  );
}
const naivePaths = (document: unknown): string[] =>
  [...new Set(naiveLeaves(document).map(([path]) => path))].sort();
const naiveValue = (document: unknown, path: string): string =>
  naiveLeaves(document)
    .filter(([each]) => each === path)
    .map(([, value]) => value)
    .join();
