import { query } from '../../books';
import type { ServiceName, System } from '../../system';

/** Agencies of child protection of the demonstration, by service. */
export const CHILD_PROTECTION = { ase: 'ase-75', 'ase-13': 'ase-13' } as const;
type Protection = keyof typeof CHILD_PROTECTION;

/** What each service says of children, read with SQL of our own: what one says is held against what the other does. */
export interface ChildBooks {
  /** A row for each agency that the association told of a child. */
  readonly told: readonly {
    readonly referral: string;
    readonly agency: string;
    readonly reference: string | null;
    readonly acknowledged: boolean;
  }[];
  readonly referred: readonly {
    readonly agency: string;
    readonly reference: string;
    readonly acknowledged: boolean;
  }[];
  /** As the shelter has them. */
  readonly places: readonly { readonly id: string; readonly beds: number }[];
  /** As child protection knows them. */
  readonly known: readonly {
    readonly agency: string;
    readonly place: string | null;
    readonly free: number;
  }[];
  /** Whom the shelter was asked for. */
  readonly stands: readonly {
    readonly id: string;
    readonly agency: string;
    readonly reference: string;
    readonly place: string;
    readonly beds: number;
    readonly state: string;
  }[];
  /** What child protection asked shelters. */
  readonly offers: readonly {
    readonly id: string;
    readonly agency: string;
    readonly reference: string;
    readonly place: string | null;
    readonly state: string;
    readonly addressed: boolean;
  }[];
  readonly flights: readonly {
    readonly flight: string;
    readonly from: string;
    readonly to: string;
    readonly state: string;
    readonly noted: boolean;
  }[];
  readonly heard: ChildBooks['flights'];
  /** At whoever shelters the child. */
  readonly conflicts: readonly Conflict[];
  /** The same at the other département. */
  readonly claims: readonly Conflict[];
  readonly arbitrations: readonly Conflict[];
  /** At whoever sent them, and at child protection. */
  readonly ordered: readonly Order[];
  readonly orders: readonly Order[];
}

export interface Conflict {
  readonly conflict: string;
  readonly state: string;
  readonly competent: string | null;
}

export interface Order {
  readonly reference: string | null;
  readonly state: string;
}

const AGENCIES: Partial<Record<ServiceName, string>> = {
  ...CHILD_PROTECTION,
  association: 'asso-refuge',
  partner: 'parquet-75',
  police: 'police-75',
};

export async function readChildBooks(system: System): Promise<ChildBooks> {
  const read = <Row>(service: ServiceName, sql: string): Promise<Row[]> =>
    query<Row>(system.databaseUrl(service), sql);
  const at = async <Row extends object>(service: ServiceName, sql: string) =>
    (await read<Row>(service, sql)).map((row) => ({ agency: AGENCIES[service] ?? service, ...row }));
  const both = async <Row extends object>(sql: string) =>
    (await Promise.all((['ase', 'ase-13'] as Protection[]).map((service) => at<Row>(service, sql)))).flat();
  const hearing = async (service: ServiceName): Promise<ChildBooks['heard']> =>
    (await at<Omit<ChildBooks['heard'][number], 'to'>>(service, HEARD)).map(({ agency: to, ...row }) => ({
      ...row,
      to,
    }));
  const telling = async (service: ServiceName): Promise<ChildBooks['flights']> =>
    (await at<Omit<ChildBooks['flights'][number], 'from'>>(service, FLIGHTS)).map(
      ({ agency: from, ...row }) => ({ ...row, from }),
    );
  const withFlights = ['association', 'ase', 'ase-13', 'police'] as const;
  const places = await read<{ agency: string; reference: string; place: string }>(
    'association',
    PLACE_REFERENCES,
  );
  const placeOf = ({ agency, shelf }: { agency: string; shelf: string }): string | null =>
    places.find((it) => it.agency === agency && it.reference === shelf)?.place ?? null;
  const named = <Row extends { agency: string; shelf: string }>(rows: readonly Row[]) =>
    rows.map(({ shelf, ...row }) => ({ ...row, place: placeOf({ agency: row.agency, shelf }) }));
  return {
    told: await read('association', TOLD),
    referred: [
      ...(await both<Omit<ChildBooks['referred'][number], 'agency'>>(REFERRED)),
      ...(await at<Omit<ChildBooks['referred'][number], 'agency'>>('partner', REFERRED)),
    ],
    places: await read('association', PLACES),
    known: named(await both<{ shelf: string; free: number }>(KNOWN)),
    stands: await read('association', STANDS),
    offers: named(
      await both<{ shelf: string; id: string; reference: string; state: string; addressed: boolean }>(OFFERS),
    ),
    flights: (await Promise.all(withFlights.map(telling))).flat(),
    heard: (await Promise.all(withFlights.map(hearing))).flat(),
    conflicts: await read('ase', CONFLICTS),
    claims: await read('ase-13', CLAIMS),
    arbitrations: await read('partner', ARBITRATIONS),
    ordered: await read('partner', ORDERED),
    orders: await read('ase', ORDERS),
  };
}

const TOLD = `
SELECT t.referral_id AS referral, t.agency, t.acknowledged_at IS NOT NULL AS acknowledged, r.reference
  FROM referral.told t LEFT JOIN messaging.case_reference r ON r.case_id = t.referral_id AND r.peer = t.agency`;
const REFERRED = `SELECT reference, state = 'acknowledged' AS acknowledged FROM referral.received`;
const PLACES = `SELECT id, CASE WHEN open THEN capacity ELSE 0 END AS beds FROM shelter.place`;
const PLACE_REFERENCES = `
SELECT r.peer AS agency, r.reference, p.id AS place
  FROM shelter.place p JOIN messaging.case_reference r ON r.case_id = p.id`;
const KNOWN = 'SELECT reference AS shelf, free FROM placement.place';
const STANDS = `SELECT id, sender AS agency, reference, place_id AS place, beds, state FROM shelter.offer`;
const OFFERS = `
SELECT o.id, o.reference, o.state, o.address IS NOT NULL AS addressed, p.reference AS shelf
  FROM placement.offer o JOIN placement.place p ON p.id = o.place_id`;
const FLIGHTS = `
SELECT k.id AS flight, t.agency AS to, k.state, t.acknowledged_at IS NOT NULL AS noted
  FROM flight.known k JOIN flight.told t ON t.flight_id = k.id`;
const HEARD = `
SELECT flight, sender AS from, state, acknowledged_at IS NOT NULL AS noted FROM flight.received`;
const CONFLICTS = 'SELECT id AS conflict, state, competent FROM competence.conflict';
const CLAIMS = 'SELECT conflict, state, competent FROM competence.claim';
const ARBITRATIONS = 'SELECT conflict, state, competent FROM arbitration.asked';
const ORDERED = `
SELECT r.reference, m.state FROM placement_order.made m
  LEFT JOIN messaging.case_reference r ON r.case_id = m.id AND r.peer = m.agency`;
const ORDERS = 'SELECT reference, state FROM placement.judge_order';
