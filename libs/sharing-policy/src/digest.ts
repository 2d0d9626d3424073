import { canonicalJson } from '@liaison/kernel';
import type { Convention, Statute } from './convention';
import type { DecisionRequest, Fact, PartyRef } from './model';

/**
 * The canonical JSON of a request. Written out member by member, in the order that `canonicalJson` would give, because
 * it is made for every decision.
 * @param at the instant of the request, as ISO 8601
 */
export function canonicalRequest(request: DecisionRequest, at: string): string {
  const { event, facts, from, operation, purpose, relation, role, to, under } = request;
  const names = Object.keys(facts);
  if (names.length > 1) names.sort();
  let factTexts = '';
  for (const name of names) {
    const fact = facts[name];
    if (fact) factTexts += `${factTexts === '' ? '' : ','}${quoted(name)}:${canonicalFact(fact)}`;
  }
  const relations = relation.length > 1 ? [...new Set(relation)].sort() : relation;
  return (
    `{"at":"${at}","event":${quoted(event)},"facts":{${factTexts}},"from":${canonicalParty(from)}` +
    `,"operation":"${operation}","purpose":${quoted(purpose)},"relation":${quotedList(relations)}` +
    (role === undefined ? '' : `,"role":${quoted(role)}`) +
    `,"to":${canonicalParty(to)}` +
    (under === undefined ? '}' : `,"under":{"id":${quoted(under.id)},"version":${under.version}}}`)
  );
}

function canonicalFact({ owner, scope, until, value, visibleTo }: Fact): string {
  const of = scope === undefined ? '' : `,"scope":${canonicalJson(scope)}`;
  const end = until === undefined ? '' : `,"until":"${until.toISOString()}"`;
  const text =
    typeof value === 'string'
      ? quoted(value)
      : typeof value === 'boolean'
        ? `${value}`
        : JSON.stringify(value);
  return `{"owner":${quoted(owner)}${of}${end},"value":${text},"visibleTo":"${visibleTo}"}`;
}

function canonicalParty({ agency, departement, kind }: PartyRef): string {
  const place = departement === undefined ? '' : `,"departement":${quoted(departement)}`;
  return `{"agency":${quoted(agency)}${place},"kind":${quoted(kind)}}`;
}

function quotedList(texts: readonly string[]): string {
  return texts.length === 0 ? '[]' : `[${texts.map(quoted).join(',')}]`;
}

/** As `JSON.stringify` of a text, quicker for the names that stand in requests. */
function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

const PLAIN = /^[\w .:-]*$/;

/**
 * Canonical text of a set of conventions and statutes, whatever the order of files. A convention stands there by its
 * digest, and by the date from which it counts.
 */
export function canonicalPolicy(conventions: readonly Convention[], statutory: readonly Statute[]): string {
  const texts = conventions.map(
    ({ id, version, digest, signedOn }) => `${id}@${version} ${digest} ${signedOn?.toISOString() ?? '-'}`,
  );
  return `${texts.sort().join('\n')}\n${unordered(statutory.map(({ file: _, places: __, ...text }) => text))}`;
}

/** Canonical text of a document in which no order of lists means anything. */
export function canonicalDocument(document: object): string {
  return unordered(document);
}

/** As canonical JSON, but lists and maps become sorted lists: in a convention no order means anything. */
function unordered(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value);
  if (value instanceof Map) {
    return sortedList(
      [...value].map(([key, item]) => unordered({ key: key as unknown, item: item as unknown })),
    );
  }
  if (value instanceof Set || Array.isArray(value)) return sortedList([...value].map(unordered));
  if (typeof value !== 'object' || value === null) return canonicalJson(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}:${unordered(member)}`);
  return `{${members.sort().join(',')}}`;
}

function sortedList(texts: string[]): string {
  return `[${texts.sort().join(',')}]`;
}
