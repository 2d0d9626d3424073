import { AppError, canonicalJson } from '@liaison/kernel';

/** What an extract is about: one version of a notice, or one state of a decision. */
export const SUBJECTS = ['notice', 'reflection-period', 'permit'] as const;
export type Subject = (typeof SUBJECTS)[number];

export const FORMAT = 'liaison-agdref';
/** 2: how a notice stands. */
export const FORMAT_VERSION = 2;

/** Column of the extract, and where its value stands in the record. docs/agdref.md describes them; a test compares. */
type Columns = readonly (readonly [column: string, path: string])[];

const HOLDER: Columns = [
  ['nom', 'holder.familyName'],
  ['prenoms', 'holder.givenNames'],
  ['date_naissance', 'holder.birthDate'],
  ['lieu_naissance', 'holder.birthPlace'],
  ['nationalite', 'holder.nationality'],
];

/**
 * Neither the investigators' assessment, nor health, means of control or free text: AGDREF needs who the person is, how
 * they came, what they went through in a word, and what is under way.
 */
export const COLUMNS: Readonly<Record<Subject, Columns>> = {
  notice: [
    ['service_enqueteur', 'sender'],
    ['etat_notice', 'standing'],
    ['motif_etat_notice', 'standingReason'],
    ['departement', 'content.procedure.departement'],
    ['nom_etabli', 'content.civilStatus.real.familyName'],
    ['prenoms_etablis', 'content.civilStatus.real.givenNames'],
    ['date_naissance_etablie', 'content.civilStatus.real.birthDate'],
    ['lieu_naissance_etabli', 'content.civilStatus.real.birthPlace'],
    ['nationalites_etablies', 'content.civilStatus.real.nationalities'],
    ['nom_declare', 'content.civilStatus.declared.familyName'],
    ['prenoms_declares', 'content.civilStatus.declared.givenNames'],
    ['alias', 'content.civilStatus.declared.aliases'],
    ['date_naissance_declaree', 'content.civilStatus.declared.birthDate'],
    ['lieu_naissance_declare', 'content.civilStatus.declared.birthPlace'],
    ['nationalites_declarees', 'content.civilStatus.declared.nationalities'],
    ['date_entree', 'content.travel.entryDate'],
    ['pays_transit', 'content.travel.transitCountries'],
    ['formes_exploitation', 'content.exploitation.forms'],
    ['demarches', 'content.steps.kind'],
  ],
  'reflection-period': [
    ...HOLDER,
    ['numero_recepisse', 'receiptNumber'],
    ['debut', 'from'],
    ['fin', 'lastDay'],
    ['article', 'article'],
    ['fin_anticipee', 'endedOn'],
    ['motif_fin_anticipee', 'endReason'],
  ],
  permit: [
    ...HOLDER,
    ['fondement', 'ground'],
    ['titre', 'kind'],
    ['renouvellement', 'renewal'],
    ['etat', 'state'],
    ['depot', 'lodgedOn'],
    ['delivrance', 'record.granted.on'],
    ['fin_validite', 'record.granted.until'],
    ['article_delivrance', 'record.granted.article'],
    ['refus', 'record.refused.on'],
    ['motif_refus', 'record.refused.reason'],
    ['retrait', 'record.withdrawn.on'],
    ['motif_retrait', 'record.withdrawn.reason'],
  ],
};

export interface ExtractText {
  readonly json: string;
  readonly csv: string;
}

/**
 * The same record gives the same text, byte for byte: nothing of the moment is in it.
 * @param reference of the record, as this préfecture finds it
 */
export function extractOf(
  subject: Subject,
  {
    reference,
    version,
    record,
  }: { readonly reference: string; readonly version: number; readonly record: object },
): ExtractText {
  const values = COLUMNS[subject].map(([column, path]) => [column, textAt(record, path.split('.'))] as const);
  const head = [
    ['format', FORMAT],
    ['version_format', String(FORMAT_VERSION)],
    ['objet', subject],
    ['reference', reference],
    ['version', String(version)],
  ] as const;
  const document = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    subject,
    reference,
    version,
    fields: Object.fromEntries(values.filter(([, value]) => value !== '')),
  };
  const columns = [...head, ...values];
  const rows = [columns.map(([column]) => column), columns.map(([, value]) => value)];
  return {
    json: `${canonicalJson(document)}\n`,
    csv: rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join(''),
  };
}

/** Lists are one text, items of a list of objects included. Nothing there: empty. */
export function textAt(value: unknown, path: readonly string[]): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    return value
      .map((item) => textAt(item, path))
      .filter((text) => text !== '')
      .join(' | ');
  }
  const [name, ...rest] = path;
  if (name !== undefined) {
    return typeof value === 'object' && Object.hasOwn(value, name)
      ? textAt((value as Record<string, unknown>)[name], rest)
      : '';
  }
  if (typeof value === 'object') return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a spreadsheet would take for a formula, also behind blanks or in full width. */
const FORMULA = /^[\s\u00a0]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/u;

/** RFC 4180, always in quotes; an apostrophe keeps a spreadsheet from running what a name says. */
export function csvCell(text: string): string {
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

export const EXTRACT_STATES = ['prepared', 'handed-over', 'refused'] as const;
export type ExtractState = (typeof EXTRACT_STATES)[number];

export interface Extract {
  readonly state: ExtractState;
  /** Counts its changes, from 1. */
  readonly version: number;
}

export type ExtractCommand =
  { readonly type: 'hand-over' } | { readonly type: 'refuse'; readonly reason: string };
export type ExtractEvent =
  { readonly type: 'handed-over' } | { readonly type: 'refused'; readonly reason: string };

/**
 * Prepared, then handed over; AGDREF's operators may refuse it, before or after, and it may be handed over again. Its
 * text stays: a correction is a new version of the record, with an extract of its own.
 * @throws AppError `extract-handed-over`, `extract-refused`
 */
export function decide({ state }: Extract, command: ExtractCommand): ExtractEvent {
  if (command.type === 'hand-over') {
    if (state === 'handed-over') throw new AppError('extract-handed-over', 'It was handed over already.');
    return { type: 'handed-over' };
  }
  if (state === 'refused') throw new AppError('extract-refused', 'It was refused already.');
  return { type: 'refused', reason: command.reason };
}

export const evolve = (extract: Extract, { type }: ExtractEvent): Extract => ({
  state: type,
  version: extract.version + 1,
});
