import { matrixOf, type MatrixRow } from '@liaison/sharing-policy';
import type { Output } from '../output';
import { tableLines } from '../walkthrough/table';
import { events, type ConventionSet } from './convention-set';
import { matrixPage } from './matrix-page';

export interface MatrixOptions {
  readonly csv: boolean;
  readonly html: boolean;
  readonly at: Date;
}

/** Who learns what from whom: as a table, as CSV (RFC 4180, one row a field and treatment) or as a page. */
export function showMatrix(set: ConventionSet, { csv, html, at }: MatrixOptions, output: Output): void {
  const rows = matrixOf(set, events, at);
  if (csv) process.stdout.write(csvOf(rows));
  else if (html) process.stdout.write(matrixPage(rows, set.conventions, at));
  else for (const line of terminalLines(rows)) output.say(line);
  output.result(rows);
}

const COLUMNS = [
  { title: 'field', width: 36 },
  { title: 'treatment', width: 16 },
  { title: 'when', width: 32 },
  { title: 'read by', width: 20 },
];

function terminalLines(rows: readonly MatrixRow[]): string[] {
  return sectionsOf(rows).flatMap((section) => {
    const [{ from, to, event } = { from: '', to: '', event: '' }] = section;
    return [
      `${from} -> ${to}: ${event}`,
      ...tableLines(
        COLUMNS,
        section.map((row) => [
          row.field,
          row.treatment,
          conditionsOf(row).join(', '),
          row.readers.join(', '),
        ]),
      ),
      '',
    ];
  });
}

/** Rows of one event type between two kinds. */
export function sectionsOf(rows: readonly MatrixRow[]): MatrixRow[][] {
  const sections = new Map<string, MatrixRow[]>();
  for (const row of rows) {
    const key = `${row.from} ${row.to} ${row.event}`;
    sections.set(key, [...(sections.get(key) ?? []), row]);
  }
  return [...sections.values()];
}

function conditionsOf({ relation, facts, between }: MatrixRow): string[] {
  return [
    ...(between?.map(({ agency, departement }) => (departement ? `${agency} (${departement})` : agency)) ??
      []),
    ...relation,
    ...facts.map(([fact, value]) => `${fact}: ${value}`),
  ];
}

function csvOf(rows: readonly MatrixRow[]): string {
  const header =
    'from,to,event,purposes,relation,agencies,facts,field,category,treatment,readers,rules,articles'.split(
      ',',
    );
  const lines = rows.map((row) => [
    row.from,
    row.to,
    row.event,
    row.purposes.join('; '),
    row.relation.join('; '),
    (row.between ?? []).map(({ agency }) => agency).join('; '),
    row.facts.map(([fact, value]) => `${fact}=${value}`).join('; '),
    row.field,
    row.category,
    row.treatment,
    row.readers.join('; '),
    row.rules.join('; '),
    row.articles.join('; '),
  ]);
  return [header, ...lines].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
