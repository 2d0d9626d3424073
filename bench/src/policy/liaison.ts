import { hash } from 'node:crypto';
import {
  type Answer,
  compilePolicy,
  type Convention,
  type DecisionRequest,
  type Policy,
} from '@liaison/sharing-policy';
import { ADDRESS, FIELDS, NAMED, NOT_OF_MINORS, type Question } from './question';

const EVENT = 'liaison.bench.happened.v1';
const events = [{ type: EVENT, fields: FIELDS.map((path) => ({ path, category: 'steps' })) }];
const START = new Date('2025-01-01T00:00:00Z');
const AT = new Date('2026-03-01T12:00:00Z');
const POLICE = { agency: 'police-75', kind: 'police' };

const sha256 = (text: string): string => hash('sha256', text);

/** A convention between the investigating services and one préfecture, as the parser would give it. */
export function conventionFor(number: number): Convention {
  const id = `convention-${number}`;
  const rule = (name: string, fields: readonly string[], when: Convention['rules'][number]['when']) => ({
    id: `${id}/${name}`,
    from: 'police',
    to: 'prefecture',
    relation: ['competent'],
    events: [EVENT],
    purposes: ['care'],
    when,
    readers: ['desk'],
    categories: new Map(),
    fields: new Map(fields.map((field) => [field, { treatment: 'release' as const, source: '' }])),
    despite: [],
    whenItEnds: new Map(),
    articles: ['CPP 11'],
    obligations: new Map(),
    source: '',
  });
  return {
    id,
    version: 1,
    title: id,
    legalBases: ['CPP 11'],
    purposes: ['care'],
    parties: [
      { id: 'police', kind: 'police', source: '' },
      { id: 'prefecture', kind: 'prefecture', agencies: [`prefecture-${number}`], source: '' },
    ],
    inForce: { from: START },
    signatures: [],
    digest: '',
    signedOn: START,
    file: `${id}.yaml`,
    rules: [
      rule('all', NAMED, new Map()),
      rule('adults', NOT_OF_MINORS, new Map([['age', new Set(['adult'])]])),
      rule('address', ADDRESS, new Map([['protectedAddress', new Set([false])]])),
    ],
  };
}

export function policyOf(conventions: readonly Convention[]): Policy {
  return compilePolicy({ conventions, statutory: [], events, sha256 });
}

export function requestFor({ recipient, competent, minor, protectedAddress }: Question): DecisionRequest {
  const stated = <T>(value: T) => ({ value, owner: POLICE.agency, visibleTo: 'sender' as const });
  return {
    at: AT,
    purpose: 'care',
    operation: 'release',
    from: POLICE,
    to: { agency: `prefecture-${recipient}`, kind: 'prefecture' },
    relation: competent ? ['competent'] : [],
    event: EVENT,
    facts: { age: stated(minor ? 'minor' : 'adult'), protectedAddress: stated(protectedAddress) },
  };
}

export function released({ allowed, fields }: Answer): string[] {
  return allowed ? FIELDS.filter((field) => fields[field]?.treatment === 'release') : [];
}
