import { AUDIT_TOPIC, inboxTopic } from '@liaison/contracts';
import { query } from '../../books';
import { findInLogs } from '../../leaks';
import { MARK } from '../../marked-notice';
import type { ServiceName, System } from '../../system';
import { readTopic } from '../../topic';
import { envelopeIn } from '../../topic-checker';
import type { Act } from './diary';
import { ADDRESS_MARK } from './people';

const NAMED = new RegExp(`${MARK} (?:child|person|ordered)(?: \\d+)?`, 'g');
/** Tables that may hold where a place is: the shelter's own, and the offer of whoever takes the child there. */
const PLACES_OF_ADDRESS: Partial<Record<ServiceName, readonly string[]>> = {
  association: ['shelter.place', 'messaging.event_document', 'messaging.sealed_body'],
  ase: ['placement.offer'],
  'ase-13': ['placement.offer'],
};
const ANSWERED = 'liaison.placement.answered.v1';

/** Children and addresses wherever they are not to be: tables, topics and logs of each agency. */
export async function findChildLeaks(system: System, acts: readonly Act[]): Promise<string[]> {
  const claimed = new Set(acts.filter(({ step }) => step === 'claim').map(({ child }) => child ?? ''));
  const found = new Set<string>();
  for (const { name, agencyId } of system.services) {
    const mayKnow = (person: string): boolean => knows(name as ServiceName, person, claimed);
    const read = (where: string, text: string): void => {
      for (const [person] of text.matchAll(NAMED)) if (!mayKnow(person)) found.add(`${where}: ${person}`);
    };
    const ofAddress = PLACES_OF_ADDRESS[name as ServiceName] ?? [];
    for (const { table, row } of await rowsOf(system, name)) {
      read(`${name}: ${table}`, row);
      if (row.includes(ADDRESS_MARK) && !ofAddress.includes(table))
        found.add(`${name}: ${table}: an address`);
    }
    const topic = name === 'audit-log' ? AUDIT_TOPIC : inboxTopic(agencyId);
    for (const { value } of await readTopic(system, topic)) {
      const text = value.toString();
      read(topic, text);
      if (!text.includes(ADDRESS_MARK)) continue;
      const { type } = envelopeIn(value);
      const expected = type === ANSWERED && agencyId.startsWith('ase-');
      if (!expected) found.add(`${topic}: an address in ${type}`);
    }
  }
  return [...found, ...findInLogs(system, [ADDRESS_MARK])];
}

/** Children are known to who referred them, to child protection and the parquet; to another département those who were claimed. */
function knows(service: ServiceName, person: string, claimed: ReadonlySet<string>): boolean {
  if (person.startsWith(`${MARK} person`)) return service === 'police' || service === 'prefecture';
  if (person.startsWith(`${MARK} ordered`)) return service === 'partner' || service === 'ase';
  if (service === 'ase-13') return claimed.has(person);
  return service === 'association' || service === 'ase' || service === 'partner';
}

/** Of every table that has one of the marks, as text. */
async function rowsOf(system: System, service: string) {
  const url = system.databaseUrl(service);
  const rows: { table: string; row: string }[] = [];
  for (const { name: table } of await query<{ name: string }>(url, TABLES)) {
    const marked = `SELECT t::text AS row FROM ${table} t WHERE t::text ILIKE ANY ($1)`;
    const found = await query<{ row: string }>(url, marked, [[`%${MARK}%`, `%${ADDRESS_MARK}%`]]);
    rows.push(...found.map(({ row }) => ({ table, row })));
  }
  return rows;
}

const TABLES = `
SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
 WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`;
