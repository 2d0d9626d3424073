import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIT_TOPIC, deadLetterTopic, inboxTopic } from '@liaison/contracts';
import { demoSecret } from '@liaison/local-stack';
import { query } from './books';
import { readTopic } from './topic';
import type { System } from './system';

/** Where a notice's content has its place. Anywhere else in a database it is a leak. */
const PLACES_OF_CONTENT = new Set([
  'police.notice',
  // Names as they are compared, so that a unit is warned where it has the person.
  'police.name_key',
  // What search finds it by, as far as the policy lets each reader.
  'desk.search_term',
  // Why somebody opened a case in an emergency, and what its reviewer said.
  'desk.break_glass',
  // What is asked and answered in an emergency.
  'desk.urgent_asked',
  'desk.urgent_received',
  'casework.attachment',
  'casework.attachment_part',
  // Facts that decisions read again at dispatch, such as the birth date.
  'messaging.cases',
  'messaging.event_document',
  'messaging.sealed_body',
  'notice.received_notice',
  // What a préfecture asks, and of whom an application says that it is.
  'police.opinion_request',
  'prefecture.opinion_request',
  'prefecture.residence_permit',
  'prefecture.reflection_period',
  // Children as others referred them here; what this agency referred itself is the event's document.
  'referral.received',
  // What partners answered, in their words.
  'partner.answer_received',
  // Who is supported, as associations say with their consent.
  'support.received',
  // What children need who are to be placed, where that is, and what a shelter that has not accepted knows of them.
  'placement.request',
  'placement.offer',
  // For whom a judge's order is.
  'placement.judge_order',
  'shelter.offer',
  // What an adult needs for whom the coordination asks, and who comes once both have said yes.
  'shelter.adult_proposal',
  'shelter.named_person',
  // What others reported of children who are gone.
  'flight.received',
  // What another département says of a child, and its file; why it refuses.
  'competence.claim',
  'competence.conflict',
]);

const TOPICS = [
  inboxTopic('police-75'),
  inboxTopic('prefecture-75'),
  inboxTopic('prefecture-13'),
  inboxTopic('ase-75'),
  inboxTopic('asso-refuge'),
  deadLetterTopic('police-75'),
  deadLetterTopic('prefecture-75'),
  deadLetterTopic('prefecture-13'),
  AUDIT_TOPIC,
];

/** Passwords, keys and tokens of the running system. */
export async function secretsOf(system: System): Promise<string[]> {
  const urls = system.services.flatMap(({ env }) => Object.values(env).filter((it) => /^postgres/.test(it)));
  const ofUrls = [...urls, system.postgres.adminUrl].map((url) => decodeURIComponent(new URL(url).password));
  const named = system.services.flatMap(({ env }) =>
    ['KAFKA_PASSWORD', 'AGENT_PSEUDONYM_KEY'].flatMap((name) => env[name] ?? []),
  );
  const ofBroker = system.broker.kind === 'kafka' ? [system.broker.admin.password] : [];
  const account = 'officer-brp';
  const token = await system.token(account);
  return [...ofUrls, ...named, ...ofBroker, demoSecret(account), token.split('.').at(-1) ?? token];
}

/** Lines of any process's log that have one of these texts: where it is, and which. */
export function findInLogs(system: System, texts: readonly string[]): string[] {
  const folder = join(system.dataDir, 'logs');
  return readdirSync(folder).flatMap((file) =>
    findIn(`log ${file}`, readFileSync(join(folder, file), 'utf8'), texts),
  );
}

export async function findInMetrics(system: System, texts: readonly string[]): Promise<string[]> {
  const found = system.services.map(async ({ name, url }) => {
    const answer = await fetch(`${url}/metrics`);
    const page = await answer.text();
    if (!page.includes('liaison_messages_total')) throw new Error(`${name} has no metrics`);
    return findIn(`metrics of ${name}`, page, texts);
  });
  return (await Promise.all(found)).flat();
}

/** Keys and headers of every message: what whoever reads the broker sees, once sealing exists. */
export async function findInClearOnBroker(system: System, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const topic of TOPICS) {
    for (const { key, headers, value } of await readTopic(system, topic)) {
      const clear = topic.startsWith('liaison.dead.') ? value.toString() : '';
      found.push(...findIn(`message on ${topic}`, `${key}\n${JSON.stringify(headers)}\n${clear}`, texts));
      const others = Object.keys(headers).filter((name) => name !== 'id' && name !== 'content-type');
      found.push(...others.map((name) => `message on ${topic} has the header ${name}`));
    }
  }
  return found;
}

/** Rows of any table, audit records among them, that have one of these texts and are not where content belongs. */
export async function findInDatabases(system: System, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const { name: service } of system.services) {
    const url = system.databaseUrl(service);
    for (const { name } of await query<{ name: string }>(url, TABLES)) {
      if (PLACES_OF_CONTENT.has(name)) continue;
      const rows = await query<{ row: string }>(url, `SELECT t::text AS row FROM ${name} t`);
      for (const { row } of rows) found.push(...findIn(`${service}: ${name}`, row, texts));
    }
  }
  return [...new Set(found)];
}

const TABLES = `
SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
 WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`;

function findIn(where: string, text: string, wanted: readonly string[]): string[] {
  const lower = text.toLowerCase();
  return wanted.filter((it) => lower.includes(it.toLowerCase())).map((it) => `${where}: ${it}`);
}
