import type { Day } from './days';

/** What an act rests on. A ground of a permit is one of these too. */
export const LEGAL_SUBJECTS = [
  'reflection-period',
  'cooperation',
  'exceptional',
  'exit-path',
  'final-conviction',
  'permit-withdrawal',
  'appeal',
] as const;
export type LegalSubject = (typeof LEGAL_SUBJECTS)[number];

/**
 * How the entry was established. `text`: its wording was read, in a stored copy that may not be the newest. `summary`:
 * read in a ministry's or an association's summary. `source`: one of the three source documents says so.
 * `to-be-checked`: from memory.
 */
export type Checked = 'text' | 'summary' | 'source' | 'to-be-checked';

export interface LegalText {
  readonly subject: LegalSubject;
  readonly article: string;
  /** As the sources of the project cite it, where they name another article. */
  readonly citedAs?: string;
  /** First day. */
  readonly from: Day;
  /** Last day; absent while it is in force. */
  readonly until?: Day;
  /** The shortest validity of what is delivered under it, or the length of the term that it sets. */
  readonly term?: { readonly days?: number; readonly months?: number };
  /** Whether what the conditions describe is delivered by right. Still decided by a person. */
  readonly byRight?: boolean;
  /** Whether the renewal is due by law while the conditions last. */
  readonly renewalByRight?: boolean;
  readonly checked: Checked;
  readonly note?: string;
}

/** The new codification of the CESEDA. */
const RECODIFIED = '2021-05-01';
const LAST_OF_OLD = '2021-04-30';

/**
 * The texts, with the days on which they are in force: an act cites the one of its own day. A new text, such as the
 * three months that measure 4 of the plan of 2014 proposed for the reflection period, is a line here.
 */
export const LEGAL_TEXTS: readonly LegalText[] = [
  {
    subject: 'reflection-period',
    article: 'CESEDA R316-2',
    citedAs: 'CESEDA R316-3',
    from: '2007-09-15',
    until: LAST_OF_OLD,
    term: { days: 30 },
    checked: 'text',
    note: 'Report S2 cites R.316-3, which in the code is the article of the card; the period stands in R.316-2. It runs from the handing over of the receipt.',
  },
  {
    subject: 'reflection-period',
    article: 'CESEDA R425-2',
    from: RECODIFIED,
    term: { days: 30 },
    checked: 'summary',
  },

  // A card, or its renewal, for a complaint or a testimony.
  {
    subject: 'cooperation',
    article: 'CESEDA L316-1',
    from: '2006-07-25',
    until: '2014-08-03',
    term: { months: 6 },
    byRight: false,
    renewalByRight: false,
    checked: 'text',
    note: 'The six months at least are of R.316-3.',
  },
  {
    subject: 'cooperation',
    article: 'CESEDA L316-1',
    from: '2014-08-04',
    until: '2016-04-14',
    term: { months: 6 },
    byRight: false,
    renewalByRight: true,
    checked: 'source',
    note: 'Loi 2014-873 of 4 August 2014; its day of entry into force is to be checked.',
  },
  {
    subject: 'cooperation',
    article: 'CESEDA L316-1',
    from: '2016-04-15',
    until: LAST_OF_OLD,
    term: { months: 6 },
    byRight: true,
    renewalByRight: true,
    checked: 'text',
    note: 'Loi 2016-444 of 13 April 2016; its day of entry into force is to be checked.',
  },
  {
    subject: 'cooperation',
    article: 'CESEDA L425-1',
    from: RECODIFIED,
    term: { months: 12 },
    byRight: true,
    renewalByRight: true,
    checked: 'summary',
  },

  // Without cooperation: what report S2 says of L.313-14, and the path out of prostitution since 2016.
  {
    subject: 'exceptional',
    article: 'CESEDA L313-14',
    from: '2006-07-25',
    until: LAST_OF_OLD,
    term: { months: 12 },
    byRight: false,
    renewalByRight: false,
    checked: 'text',
    note: 'Read as in force from 1 November 2016 to 30 April 2021, when it was repealed; the year 2006 is a summary’s. First day and length are to be checked.',
  },
  {
    subject: 'exceptional',
    article: 'CESEDA L435-1',
    from: RECODIFIED,
    term: { months: 12 },
    byRight: false,
    renewalByRight: false,
    checked: 'text',
    note: 'It took the place of L.313-14: a temporary card may be delivered for humanitarian considerations or exceptional grounds. Read as it stood in February 2024; later changes and the length are to be checked. The sources name L.425-4, whose conditions are those of the exit path.',
  },
  {
    subject: 'exit-path',
    article: 'CESEDA L316-1-1',
    from: '2016-04-15',
    until: LAST_OF_OLD,
    term: { months: 6 },
    byRight: false,
    renewalByRight: true,
    checked: 'text',
  },
  {
    subject: 'exit-path',
    article: 'CESEDA L425-4',
    from: RECODIFIED,
    term: { months: 6 },
    byRight: false,
    renewalByRight: true,
    checked: 'text',
  },

  // The resident card.
  {
    subject: 'final-conviction',
    article: 'CESEDA L316-1',
    from: '2006-07-25',
    until: '2014-08-03',
    term: { months: 120 },
    byRight: false,
    renewalByRight: false,
    checked: 'text',
    note: 'Second paragraph: the card may be delivered.',
  },
  {
    subject: 'final-conviction',
    article: 'CESEDA L316-1',
    from: '2014-08-04',
    until: LAST_OF_OLD,
    term: { months: 120 },
    byRight: true,
    renewalByRight: true,
    checked: 'text',
    note: 'Second paragraph: the card is delivered by right. First day: see cooperation.',
  },
  {
    subject: 'final-conviction',
    article: 'CESEDA L425-3',
    from: RECODIFIED,
    term: { months: 120 },
    byRight: true,
    renewalByRight: true,
    checked: 'summary',
  },

  {
    subject: 'permit-withdrawal',
    article: 'CESEDA R316-4',
    from: '2007-09-15',
    until: LAST_OF_OLD,
    checked: 'text',
  },
  {
    subject: 'permit-withdrawal',
    article: 'CESEDA L425-5',
    from: RECODIFIED,
    checked: 'text',
    note: 'It leaves withdrawal to a decree. Of the decree, R.432-3, 3° was read in a stored copy without a date: a temporary card is withdrawn where a condition of its delivery is no longer met, and to have broken with the authors is one of L.425-1. Whether an article took over R.316-4 (who takes up the link again, a false complaint) could not be found: neither is cited, both are to be checked.',
  },
  {
    subject: 'appeal',
    article: 'CJA R421-1',
    from: '2001-01-01',
    term: { months: 2 },
    checked: 'text',
    note: 'Two months from the notification, in the version in force since 1 January 2020 and in those before it. Shorter terms with a removal measure, and longer ones for who lives overseas, are other articles and are not counted here.',
  },
];
