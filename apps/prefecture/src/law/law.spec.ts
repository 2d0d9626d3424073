import fc from 'fast-check';
import { addDays, addMonths, daysBetween } from './days';
import { findText, termEnd, textInForce } from './law';
import { LEGAL_SUBJECTS, LEGAL_TEXTS } from './legal-texts';

const day = fc
  .date({ min: new Date('2004-01-01'), max: new Date('2040-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('the text in force', () => {
  it.each([
    ['reflection-period', '2014-01-27', 'CESEDA R316-2'],
    ['reflection-period', '2021-04-30', 'CESEDA R316-2'],
    ['reflection-period', '2021-05-01', 'CESEDA R425-2'],
    ['cooperation', '2013-12-31', 'CESEDA L316-1'],
    ['cooperation', '2021-05-01', 'CESEDA L425-1'],
    ['exceptional', '2013-12-31', 'CESEDA L313-14'],
    ['exit-path', '2021-04-30', 'CESEDA L316-1-1'],
    ['exit-path', '2021-05-01', 'CESEDA L425-4'],
    ['final-conviction', '2013-12-31', 'CESEDA L316-1'],
    ['final-conviction', '2026-11-22', 'CESEDA L425-3'],
  ] as const)('of %s on %s is %s', (subject, on, article) => {
    expect(textInForce(subject, on).article).toBe(article);
  });

  it('names the article that the sources cite beside the one that the code has', () => {
    expect(textInForce('reflection-period', '2014-01-27').citedAs).toBe('CESEDA R316-3');
  });

  it('makes the renewal due by law since 4 August 2014, and the resident card with it', () => {
    expect(textInForce('cooperation', '2014-08-03').renewalByRight).toBe(false);
    expect(textInForce('cooperation', '2014-08-04').renewalByRight).toBe(true);
    expect(textInForce('final-conviction', '2014-08-03').byRight).toBe(false);
    expect(textInForce('final-conviction', '2014-08-04').byRight).toBe(true);
  });

  it('is refused for a day before the first text', () => {
    expect(() => textInForce('exit-path', '2014-01-27')).toThrow(
      expect.objectContaining({ code: 'no-legal-text' }),
    );
  });

  it('is one at most on any day, without a hole between two texts of one subject', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...LEGAL_SUBJECTS), (on, subject) => {
        const own = LEGAL_TEXTS.filter((text) => text.subject === subject);
        const inForce = own.filter(({ from, until = '9999-12-31' }) => from <= on && on <= until);
        const first = own.map(({ from }) => from).sort()[0] ?? '';
        expect(inForce).toHaveLength(on < first ? 0 : 1);
        expect(findText(subject, on)).toBe(inForce[0]);
      }),
    );
  });
});

describe('days', () => {
  it('of a term: the day of the act is not counted, the last is included', () => {
    expect(termEnd(textInForce('reflection-period', '2026-11-22'), '2026-11-22')).toBe('2026-12-22');
    expect(termEnd(textInForce('reflection-period', '2014-01-31'), '2014-01-31')).toBe('2014-03-02');
    expect(termEnd(textInForce('cooperation', '2013-08-31'), '2013-08-31')).toBe('2014-02-28');
  });

  it('add up', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -400, max: 4000 }), (from, days) => {
        expect(daysBetween(from, addDays(from, days))).toBe(days);
      }),
    );
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
    expect(addMonths('2026-12-31', 2)).toBe('2027-02-28');
  });
});
