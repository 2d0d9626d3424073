import type { Books } from '../../books';
import { differences, groupBy } from '../../checker';
import type { ChildBooks, Conflict } from './books';
import type { Act, Step } from './diary';

/** What both sides may say of one offer, once nothing is under way: child protection first. */
const ALIKE: Readonly<Record<string, readonly string[]>> = {
  held: ['held'],
  accepted: ['accepted'],
  declined: ['declined', 'lapsed', 'refused'],
  // What crossed the withdrawal stands at the shelter, and takes no bed.
  withdrawn: ['withdrawn', 'declined', 'lapsed', 'refused'],
};
const TAKING = ['held', 'accepted'];
/** The same of a conflict of competence, by who keeps it. */
const CLAIMED: Readonly<Record<string, readonly string[]>> = {
  claimed: ['received'],
  'in-conflict': ['refused'],
  decided: ['decided'],
  'handed-over': ['file-received'],
  'taken-over': ['taken-over'],
};
const GONE: Readonly<Record<string, string>> = { reported: 'gone', found: 'found' };
const OBEYED: Readonly<Record<string, string>> = {
  sent: 'received',
  obeyed: 'obeyed',
  'not-executed': 'not-executed',
};

/** What is not as it must be of the children; nothing when all is well and nothing is under way. */
export function findChildFaults(books: ChildBooks, { agencies }: Books, acts: readonly Act[]): string[] {
  return [
    ...referralFaults(books),
    ...placeFaults(books),
    ...offerFaults(books),
    ...flightFaults(books),
    ...competenceFaults(books),
    ...orderFaults(books),
    ...actFaults(books, acts),
    ...eventFaults(books, agencies, acts),
  ];
}

/** Whoever was told has it once, and nobody else has; both know the same of its receipt. */
function referralFaults({ told, referred }: ChildBooks): string[] {
  const line = (it: { agency: string; reference: string | null; acknowledged: boolean }): string =>
    `${it.agency} ${it.reference}${it.acknowledged ? ' acknowledged' : ''}`;
  return differences(
    told.map(line),
    referred.map(line),
    'a referral that its recipient does not have so',
    'a referral that nobody told so',
  );
}

/**
 * Of each bed one holder at most: by the shelter's books, by those of whoever asked, and both say the same; what is free is
 * known to everybody who may ask. It holds after a restore too.
 */
export function bedFaults({ places, stands }: Pick<ChildBooks, 'places' | 'stands'>): string[] {
  return places.flatMap(({ id, beds }) => {
    const taken = takenOf(stands, id);
    return taken > beds ? [`the shelter gives ${taken} of the ${beds} beds of ${id}`] : [];
  });
}

const takenOf = (stands: ChildBooks['stands'], place: string): number =>
  stands
    .filter((it) => it.place === place && TAKING.includes(it.state))
    .reduce((sum, { beds }) => sum + beds, 0);

function placeFaults(books: ChildBooks): string[] {
  const { places, stands, offers, known } = books;
  const live = groupBy(
    offers.filter(({ state }) => TAKING.includes(state)),
    ({ place }) => String(place),
  );
  return [
    ...bedFaults(books),
    ...places.flatMap(({ id, beds }) => {
      const holders = live.get(id)?.length ?? 0;
      return holders > beds ? [`${holders} children have one of the ${beds} beds of ${id}`] : [];
    }),
    ...known.flatMap(({ agency, place, free }) => {
      const own = places.find(({ id }) => id === place);
      if (!own) return [`${agency} knows a place that no shelter has`];
      const left = Math.max(0, own.beds - takenOf(stands, own.id));
      return free === left ? [] : [`${agency} believes that ${free} beds of ${place} are free: ${left} are`];
    }),
  ];
}

/** Both sides of each offer, and where the address is: with what was accepted, and nowhere else. */
function offerFaults({ offers, stands }: ChildBooks): string[] {
  const keyOf = ({ agency, reference }: { agency: string; reference: string }): string =>
    `${agency} ${reference}`;
  const there = groupBy(stands, keyOf);
  return [
    ...differences(
      offers.map(keyOf),
      stands.map(keyOf),
      'an offer that the shelter does not have',
      'an offer that nobody made',
    ),
    ...offers.flatMap((offer) => {
      const [stand] = there.get(keyOf(offer)) ?? [];
      const agreed = stand && ALIKE[offer.state]?.includes(stand.state) && stand.place === offer.place;
      return agreed
        ? []
        : [`offer ${keyOf(offer)} is ${offer.state} for who asked, and ${stand?.state} at the shelter`];
    }),
    ...offers
      .filter(({ state, addressed }) => addressed !== (state === 'accepted'))
      .map(({ id, state, addressed }) => `${id} is ${state} and has ${addressed ? 'an' : 'no'} address`),
  ];
}

/** Whoever was told of a flight knows it once, as it is. */
function flightFaults({ flights, heard }: ChildBooks): string[] {
  const line = (state: string | undefined, it: ChildBooks['flights'][number]): string =>
    `${it.flight} of ${it.from} at ${it.to}: ${state}${it.noted ? ', noted' : ''}`;
  return differences(
    flights.map((it) => line(GONE[it.state] ?? it.state, it)),
    heard.map((it) => line(it.state, it)),
    'a flight that is not known so',
    'a flight that nobody told so',
  );
}

/** One département is competent for each child, and both say which; whoever decided says so too. */
function competenceFaults({ conflicts, claims, arbitrations }: ChildBooks): string[] {
  const ids = (rows: readonly Conflict[]): string[] => rows.map(({ conflict }) => conflict);
  const of = (rows: readonly Conflict[], id: string) => rows.find(({ conflict }) => conflict === id);
  return [
    ...differences(
      ids(conflicts),
      ids(claims),
      'a claim that the other département does not have',
      'a claim that nobody made',
    ),
    ...conflicts.flatMap(({ conflict, state, competent }) => {
      const claim = of(claims, conflict);
      const decider = of(arbitrations, conflict);
      const faults: string[] = [];
      if (claim && !CLAIMED[state]?.includes(claim.state)) {
        faults.push(`conflict ${conflict} is ${state} here and ${claim.state} there`);
      }
      if (claim && (claim.state === 'taken-over') !== (state === 'taken-over')) {
        faults.push(
          `the child of ${conflict} is in the charge of ${state === 'taken-over' ? 'nobody' : 'both'}`,
        );
      }
      const said = [
        competent,
        claim?.competent,
        ...(decider?.state === 'decided' ? [decider.competent] : []),
      ];
      if (claim && new Set(said).size !== 1) faults.push(`competent by ${conflict}: ${said.join(', ')}`);
      return faults;
    }),
  ];
}

function orderFaults({ ordered, orders }: ChildBooks): string[] {
  return differences(
    ordered.map(({ reference, state }) => `${reference} ${OBEYED[state] ?? state}`),
    orders.map(({ reference, state }) => `${reference} ${state}`),
    'an order that child protection does not have so',
    'an order that nobody sent so',
  );
}

/** Whatever was accepted was done, once; whatever was done, somebody asked for. */
function actFaults(books: ChildBooks, acts: readonly Act[]): string[] {
  const made: readonly (readonly [Step, readonly string[]])[] = [
    ['refer', [...new Set(books.told.map(({ referral }) => referral))]],
    ['declare', books.places.map(({ id }) => id)],
    ['claim', books.conflicts.map(({ conflict }) => conflict)],
    ['report', books.flights.filter(({ to }) => to === 'police-75').map(({ flight }) => flight)],
  ];
  return made.flatMap(([step, ids]) => {
    const of = acts.filter((act) => act.step === step);
    const accepted = of.filter(({ certain }) => certain).map(({ id }) => id);
    const surplus = ids.filter((id) => !accepted.includes(id)).length;
    return [
      ...accepted.filter((id) => !ids.includes(id)).map((id) => `accepted and not done: ${step} ${id}`),
      ...(surplus > of.length - accepted.length ? [`${step}: ${surplus} more than what was asked for`] : []),
    ];
  });
}

/** Events that only acts say, with what says them; the recipient where one act tells several. */
const SAID: readonly {
  readonly by: 'association' | 'ase' | 'ase-13' | 'partner' | 'police';
  readonly type: string;
  readonly to?: string;
  readonly steps: readonly Step[];
}[] = [
  { by: 'association', type: 'referral.made', to: 'ase-75', steps: ['refer'] },
  { by: 'association', type: 'referral.made', to: 'parquet-75', steps: ['refer'] },
  { by: 'ase', type: 'referral.acknowledged', steps: ['acknowledge'] },
  { by: 'partner', type: 'referral.acknowledged', steps: ['acknowledge'] },
  { by: 'ase', type: 'placement.offered', steps: ['offer', 'obey'] },
  { by: 'ase-13', type: 'placement.offered', steps: ['offer'] },
  { by: 'ase', type: 'placement.withdrawn', steps: ['withdraw'] },
  { by: 'ase-13', type: 'placement.withdrawn', steps: ['withdraw'] },
  { by: 'association', type: 'flight.reported', to: 'police-75', steps: ['report'] },
  { by: 'police', type: 'flight.acknowledged', steps: ['note'] },
  { by: 'police', type: 'flight.found', steps: ['find'] },
  { by: 'ase', type: 'competence.claimed', steps: ['claim'] },
  { by: 'ase-13', type: 'competence.answered', steps: ['answer'] },
  { by: 'ase', type: 'competence.escalated', to: 'parquet-75', steps: ['escalate'] },
  { by: 'partner', type: 'competence.decided', steps: ['decide'] },
  { by: 'ase', type: 'competence.handed-over', steps: ['hand-over'] },
  { by: 'ase-13', type: 'competence.taken-over', steps: ['take-over'] },
  { by: 'partner', type: 'placement.ordered', steps: ['order'] },
  { by: 'ase', type: 'placement.order-answered', steps: ['obey', 'cannot-execute'] },
];

/** One event an act, no more and no less; of a shelter one for what it holds or refuses, and one for each later answer. */
function eventFaults({ stands }: ChildBooks, agencies: Books['agencies'], acts: readonly Act[]): string[] {
  const sent = (by: (typeof SAID)[number]['by'], type: string, to?: string): number =>
    (agencies[by]?.deliveries ?? []).filter(
      (it) =>
        it.kind === 'event' && it.type === `liaison.${type}.v1` && (to === undefined || it.recipient === to),
    ).length;
  const compare = (what: string, found: number, given: number, doubtful: number): string[] =>
    found >= given && found <= given + doubtful
      ? []
      : [`${what}: ${given} accepted${doubtful > 0 ? ` and ${doubtful} perhaps` : ''}, ${found} sent`];
  const counted = (by: string, steps: readonly Step[]) => {
    const own = acts.filter((act) => act.service === by && steps.includes(act.step));
    const given = own.filter(({ certain }) => certain).length;
    return { given, doubtful: own.length - given };
  };
  const answers = counted('association', ['accept', 'decline']);
  const lapsed = stands.filter(({ state }) => state === 'lapsed').length;
  return [
    ...SAID.flatMap(({ by, type, to, steps }) => {
      const { given, doubtful } = counted(by, steps);
      return compare(
        `${by} ${type}${to === undefined ? '' : ` to ${to}`}`,
        sent(by, type, to),
        given,
        doubtful,
      );
    }),
    ...compare(
      'association placement.answered',
      sent('association', 'placement.answered'),
      stands.length + lapsed + answers.given,
      answers.doubtful,
    ),
  ];
}
