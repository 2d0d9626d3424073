import { hash } from 'node:crypto';
import type { DecisionRequest, EventDescription, Facts } from './model';
import { conventionDigest, parseConvention, parseStatutory } from './parse';
import { compilePolicy, type Policy, type PolicySource } from './policy';

/** Builders for the specs beside; not built into the library. A convention file is YAML, and JSON is YAML. */

export const EVENT = 'liaison.sample.happened.v1';

export const event: EventDescription = {
  type: EVENT,
  fields: [
    { path: 'name', category: 'real-identity' },
    { path: 'names.given', category: 'real-identity' },
    { path: 'birthDate', category: 'real-identity' },
    { path: 'places.departement', category: 'address' },
    { path: 'places.line', category: 'address' },
    { path: 'account', category: 'free-text' },
    { path: 'tags', category: 'travel' },
    { path: 'period.from', category: 'dates' },
    { path: 'period.to', category: 'dates' },
  ],
};

export const payload = {
  name: 'Marker-name',
  names: { given: ['Marker-given-1', 'Marker-given-2'] },
  birthDate: '2001-05-17',
  places: [
    { departement: '75', line: 'Marker-line-1' },
    { departement: '13', line: 'Marker-line-2' },
  ],
  account: 'Marker-account',
  tags: ['Marker-tag'],
  period: { from: '2024-02-03', to: '2024-04-05' },
};

export function ruleFile(overrides: object = {}) {
  return {
    id: 'sample',
    from: { kind: 'police' },
    to: { kind: 'prefecture' },
    events: [EVENT],
    readers: ['desk', 'caseworker'],
    treatments: { categories: { 'real-identity': 'release' } },
    articles: ['CPP 11'],
    ...overrides,
  };
}

export function conventionFile(overrides: object = {}) {
  return {
    id: 'sample',
    version: 1,
    title: 'A sample',
    legalBases: ['RGPD 6(1)(e)'],
    purposes: ['care', 'residence'],
    parties: [
      { id: 'senders', kind: 'police' },
      { id: 'recipients', kind: 'prefecture' },
    ],
    inForce: { from: '2025-01-01' },
    signatures: [
      { party: 'senders', by: 'A', on: '2024-12-01' },
      { party: 'recipients', by: 'B', on: '2024-12-02' },
    ],
    rules: [ruleFile()],
    ...overrides,
  };
}

export const sha256 = (text: string) => hash('sha256', text);

/** Reads a convention after signing it for everybody who is named under `signatures`. */
export function signedConvention<T extends { readonly signatures: readonly object[] }>(
  file: T,
  name = 'sample.yaml',
) {
  const digest = conventionDigest(JSON.stringify(file), name, sha256);
  const signatures = file.signatures.map((signature) => ({ ...signature, digest }));
  return parseConvention(JSON.stringify({ ...file, signatures }), name, sha256);
}

export function convention(overrides: object = {}) {
  return signedConvention(conventionFile(overrides));
}

export function statute(overrides: object = {}) {
  const file = {
    id: 'R99',
    title: 'A floor',
    mark: 'floor',
    liftedByVitalInterest: false,
    articles: [{ article: 'CP 226-13', checked: 'no', why: 'a sample' }],
    inForce: { from: '2000-01-01' },
    forbids: [{ events: ['*'], withholds: ['address'] }],
    ...overrides,
  };
  return parseStatutory(JSON.stringify(file), 'floor.yaml');
}

export const police = { agency: 'police-75', kind: 'police', departement: '75' };
export const prefecture = { agency: 'prefecture-75', kind: 'prefecture', departement: '75' };

export function request(overrides: Partial<DecisionRequest> = {}): DecisionRequest {
  return {
    at: new Date('2026-03-01T12:00:00Z'),
    purpose: 'care',
    operation: 'release',
    from: police,
    to: prefecture,
    relation: [],
    event: EVENT,
    facts: {},
    ...overrides,
  };
}

export function facts(values: Readonly<Record<string, string | boolean | undefined>>): Facts {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, { value, owner: 'police-75', visibleTo: 'sender' as const }]],
    ),
  );
}

export type SampleSet = Partial<Pick<PolicySource, 'conventions' | 'statutory'>>;

export function policyOf({ conventions = [convention()], statutory = [] }: SampleSet = {}): Policy {
  return compilePolicy({ conventions, statutory, events: [event], sha256 });
}

/** One convention with these rules, called `rule-0`, `rule-1` and so on. */
export function withRules(...rules: object[]) {
  return [convention({ rules: rules.map((rule, index) => ruleFile({ id: `rule-${index}`, ...rule })) })];
}

/** Why the sample request is denied; nothing where it is not. */
export function codeOf(set: SampleSet, overrides: Partial<DecisionRequest>): string | undefined {
  return policyOf(set).decide(request(overrides)).denial?.code;
}
