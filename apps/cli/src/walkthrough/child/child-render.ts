import { leavesOf } from '../leaves';
import { groupFields, MARK, textOf } from '../fields';
import { type Column, tableLines, textLines } from '../table';
import type { ComingOfAge } from './coming-of-age';
import type { CompetenceShown } from './competence';
import type { Finding } from './finding';
import type { Fleeing } from './fleeing';
import type { Placing, Ranked } from './placing';

const READING: readonly Column[] = [
  { title: 'field', width: 38 },
  { title: 'child protection', width: 44 },
  { title: 'parquet', width: 22 },
];

export function findingLines({ told, ase, parquet }: Finding): string[] {
  const atParquet = new Set(leavesOf(parquet.content).map(({ path }) => path));
  const rows = leavesOf(ase.content).map(({ path, value }) => [
    path,
    textOf(value),
    atParquet.has(path) ? 'the same' : MARK,
  ]);
  const marked = groupFields(
    ase.withheld.map((path) => ({ path })),
    () => MARK,
  ).map(({ label }) => [label, MARK, MARK]);
  return [
    ...textLines(
      `Told: ${told.map(({ agency, duty }) => `${agency} (${duty})`).join(', ')}. To be acknowledged by ` +
        `${ase.acknowledgeBy ?? 'no set time'}; it was. What each reads:`,
    ),
    '',
    ...tableLines(READING, [...rows, ...marked]),
  ];
}

export const competenceLines = (shown: CompetenceShown): string[] =>
  textLines(
    `Sheltered in Paris at once, until ${shown.shelteredUntil} at first. Marseille refused (${shown.refusal}); ` +
      `decided ${shown.decidedBy}: ${shown.competent} is competent. The file went over (documents: ` +
      `${shown.documents}), withheld from it: ${shown.withheld.join(', ')}. Marseille took the children over; Paris goes ` +
      'on reading what it has.',
  );

const RANKING: readonly Column[] = [
  { title: 'département', width: 12 },
  { title: 'km', width: 6 },
  { title: 'fits', width: 6 },
  { title: 'why (rule)', width: 78 },
];

export function placingLines({ ranked, read, withheld, address }: Placing): string[] {
  return [
    ...textLines('Every open place, the best first, with its reasons (those declared just now):'),
    '',
    ...tableLines(RANKING, ranked.map(rankedRow)),
    '',
    ...textLines(
      `What the shelter read before it accepted: ${leavesOf(read)
        .map(({ path, value }) => `${path} ${textOf(value)}`)
        .join('; ')}; withheld: ${withheld.join(', ')}.`,
    ),
    ...textLines(
      `Accepted, and only now: ${Object.values(address).map(textOf).join(', ')}. Nobody else learns that, nor does the log.`,
    ),
  ];
}

const rankedRow = ({ departement, distanceKm, fits, reasons }: Ranked): string[] => [
  departement,
  distanceKm === null ? '?' : String(distanceKm),
  fits ? 'yes' : 'no',
  reasons
    .map(({ criterion, outcome, rule }) => `${criterion} ${outcome}${rule === null ? '' : ` (${rule})`}`)
    .join(', '),
];

export const fleeingLines = ({ told, read, ended }: Fleeing): string[] => [
  ...textLines(
    `Told at once: ${told.map(({ agency, duty }) => `${agency} (${duty})`).join(', ')}. What the police search with: ` +
      `${leavesOf(read)
        .map(({ path, value }) => `${path} ${textOf(value)}`)
        .join('; ')}.`,
  ),
  ...textLines(
    `Nobody was told where she had been lodged. The police took note, and found her; all ${ended.length} know it. Her place is known to ` +
      'the network now, and no child is offered it again.',
  ),
];

export const comingOfAgeLines = ({ asMinor, asAdult, coordination, afterwards }: ComingOfAge): string[] =>
  textLines(
    `Two days before her birthday the scheme for adults refuses her and names child protection (${asMinor}); two days after it nobody refers ` +
      `her any more (${asAdult}): from that midnight she decides. She agreed, and ${coordination} was asked for a place far away, without her ` +
      `name or birth date. She took it back: the request is ${afterwards}, and whoever had it is told to destroy it.`,
  );
