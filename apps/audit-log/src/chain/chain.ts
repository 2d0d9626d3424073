import type { RecordItem } from '../record/record.dto';

/** Kinds that say what became of a disclosure: at its recipient, or that its sender took it back. */
export const OUTCOMES = new Set(['receipt', 'parked', 'voided']);

/** A disclosure and what its recipient recorded of it. */
export interface ChainLink {
  readonly state: 'paired' | 'not-received' | 'not-disclosed';
  readonly disclosure: RecordItem | null;
  /** One of the recipient; more where it was parked and taken up later, or voided. */
  readonly receipts: readonly RecordItem[];
  /** Of the one side that is there, since its act; null where both are. */
  readonly unpairedForSeconds: number | null;
}

export interface Chain {
  readonly links: readonly ChainLink[];
  /** Refusals, readings, acknowledgements, searches: acts that nobody answers. */
  readonly others: readonly RecordItem[];
}

/**
 * Pairs the two sides of each disclosure: the recipient's record repeats the commitment of the sender's.
 * One side without the other for long means that a record, an event or honesty is missing.
 */
export function chainOf(records: readonly RecordItem[], now: Date): Chain {
  const inOrder = [...records].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const disclosures = inOrder.filter(({ kind }) => kind === 'disclosure');
  const outcomes = inOrder.filter(({ kind }) => OUTCOMES.has(kind));
  const answers = (disclosure: RecordItem, outcome: RecordItem) =>
    outcome.disclosureCommitment === disclosure.commitment &&
    (outcome.agency === disclosure.counterpart ||
      (outcome.kind === 'voided' && outcome.agency === disclosure.agency));
  const links = disclosures.map((disclosure): ChainLink => {
    const receipts = outcomes.filter((outcome) => answers(disclosure, outcome));
    return receipts.length > 0
      ? { state: 'paired', disclosure, receipts, unpairedForSeconds: null }
      : { state: 'not-received', disclosure, receipts, unpairedForSeconds: ageOf(disclosure, now) };
  });
  const strays = outcomes
    .filter((outcome) => !disclosures.some((disclosure) => answers(disclosure, outcome)))
    .map((outcome): ChainLink => ({
      state: 'not-disclosed',
      disclosure: null,
      receipts: [outcome],
      unpairedForSeconds: ageOf(outcome, now),
    }));
  return {
    links: [...links, ...strays].sort((a, b) => startOf(a) - startOf(b)),
    others: inOrder.filter(({ kind }) => kind !== 'disclosure' && !OUTCOMES.has(kind)),
  };
}

const ageOf = ({ at }: RecordItem, now: Date): number =>
  Math.max(0, Math.floor((now.getTime() - Date.parse(at)) / 1000));

const startOf = ({ disclosure, receipts }: ChainLink): number =>
  Date.parse((disclosure ?? receipts[0])?.at ?? '');
