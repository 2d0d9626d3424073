import { DESCRIPTIONS } from '@liaison/contracts';
import { changedConvention } from './changed-convention';

/** One direction that is opened. */
export interface Opened {
  readonly from: string;
  readonly to: string;
  readonly events: readonly string[];
  /** As a rule states it: `{ age: [adult] }`. */
  readonly when?: string;
}

/** What is in these events, by category. */
const categoriesOf = (events: readonly string[]): string[] => {
  const described = DESCRIPTIONS.filter(({ type }) => events.includes(type));
  return [...new Set(described.flatMap(({ fields }) => fields.map(({ category }) => category)))];
};
const party = (kind: string): string => `  - { id: ${kind}, kind: ${kind} }`;
const signature = (kind: string): string =>
  `  - party: ${kind}\n    by: Somebody\n    on: 2024-12-02\n    digest: ${'a'.repeat(64)}`;
const rule = ({ from, to, events, when }: Opened): string => `  - id: ${from}-to-${to}
    from: { kind: ${from} }
    to: { kind: ${to} }
    events: [${events.join(', ')}]
${when === undefined ? '' : `    when: ${when}\n`}    readers: [caseworker, officer, desk, supervisor]
    articles: [RGPD 6]
    treatments:
      categories: { ${categoriesOf(events)
        .map((category) => `${category}: release`)
        .join(', ')} }
    obligations: { keep-no-longer-than: P1Y }`;

/**
 * The repository's conventions, and one more that opens all of these events and is signed by everybody: what is held back all the
 * same, a statute holds back.
 * @param purposes such that no other convention is for them, since only what each allows passes
 * @param from another folder to add it to
 * @returns the folder; whoever asked for it removes it
 */
export function opensEverything(
  id: string,
  purposes: readonly string[],
  opened: readonly Opened[],
  from?: string,
): string {
  const kinds = [...new Set(opened.flatMap((each) => [each.from, each.to]))];
  const text = `
id: ${id}
version: 1
title: Everything to everybody
legalBases: [RGPD 6(1)(e)]
purposes: [${purposes.join(', ')}]
parties:
${kinds.map(party).join('\n')}
inForce: { from: 2025-01-01, until: 2029-12-31 }
signatures:
${kinds.map(signature).join('\n')}
rules:
${opened.map(rule).join('\n')}
`;
  return changedConvention('police-association', () => text, from);
}
