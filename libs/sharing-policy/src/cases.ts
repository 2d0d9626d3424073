import type { Decision, DecisionRequest, FieldDecision } from './model';
import { isInstant, PLAIN_REQUEST_SCHEMA, requestOf, type PlainRequest } from './plain-request';
import type { Policy } from './policy';
import { DENIAL_CODES, EFFECTS, GROUNDS } from './vocabulary';
import { schemaFor, YamlSource } from './yaml-source';

/** A worked example beside a convention: what was asked, and what the answer must be. */
export interface Case {
  readonly name: string;
  readonly request: DecisionRequest;
  readonly expect: Expectation;
  /** `file:line:column` */
  readonly source: string;
}

interface Expectation {
  readonly allowed: boolean;
  readonly denial?: string;
  /** Path to `release`, `mask`, `withhold` or `generalise <to>`; what is not named here is not looked at. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Rules that must be among those that decided a field, or the denial. */
  readonly because?: Readonly<Record<string, readonly string[]>>;
  /** Effects of the grounds that the answer rests on; what is not named here is not looked at. */
  readonly endings?: Readonly<Record<string, string>>;
  /** Obligations with their values, `true` where one has no term. */
  readonly obligations?: Readonly<Record<string, string>>;
}

interface CasesFile {
  readonly given: PlainRequest;
  readonly cases: readonly {
    readonly name: string;
    readonly request?: PlainRequest;
    readonly expect: Expectation;
  }[];
}

const text = { type: 'string', minLength: 1 };

/** JSON Schema of a file of cases; published as `conventions/cases.schema.json`. */
export const CASES_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Cases of a convention',
  description: '`given` is the request that all cases share; `request` replaces members of it.',
  type: 'object',
  properties: {
    given: {
      ...PLAIN_REQUEST_SCHEMA,
      required: ['at', 'purpose', 'operation', 'from', 'to', 'event'],
    },
    cases: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          name: text,
          request: PLAIN_REQUEST_SCHEMA,
          expect: {
            type: 'object',
            properties: {
              allowed: { type: 'boolean' },
              denial: { enum: DENIAL_CODES },
              fields: { type: 'object', additionalProperties: text },
              endings: {
                type: 'object',
                properties: Object.fromEntries(GROUNDS.map((ground) => [ground, { enum: EFFECTS }])),
                additionalProperties: false,
              },
              obligations: { type: 'object', additionalProperties: text },
              because: { type: 'object', additionalProperties: { type: 'array', items: text } },
            },
            required: ['allowed'],
            additionalProperties: false,
          },
        },
        required: ['name', 'expect'],
        additionalProperties: false,
      },
    },
  },
  required: ['given', 'cases'],
  additionalProperties: false,
};

const casesSchema = schemaFor<CasesFile>(CASES_SCHEMA);

/** @throws AppError `cases-invalid`, with file, line and column. */
export function parseCases(yaml: string, fileName: string): readonly Case[] {
  const source = new YamlSource(yaml, fileName, 'cases-invalid');
  const file = source.checked(casesSchema);
  return file.cases.map(({ name, request: own, expect }, index) => {
    const plain = { ...file.given, ...own };
    const at = plain.at ?? '';
    if (!isInstant(at)) throw source.failure(['cases', index], `\`${at}\` is not an instant of the calendar`);
    return {
      name,
      // The schema requires an operation.
      request: requestOf(plain, plain.operation ?? 'release', new Date(at)),
      expect,
      source: source.place(['cases', index]),
    };
  });
}

/** What the policy decides otherwise than the case expects, one line each; empty where it holds. */
export function failuresOf({ request, expect }: Case, policy: Policy): readonly string[] {
  const decision = policy.decide(request);
  const code = decision.denial?.code;
  const failures: string[] = [];
  if (decision.allowed !== expect.allowed || (expect.denial !== undefined && code !== expect.denial)) {
    failures.push(
      `expected ${expect.allowed ? 'allowed' : (expect.denial ?? 'denied')}, found ${code ?? 'allowed'}`,
    );
  }
  for (const [path, expected] of Object.entries(expect.fields ?? {})) {
    const found = wordsOf(decision.fields[path]);
    if (found !== expected) failures.push(`${path}: expected ${expected}, found ${found}`);
  }
  for (const [ground, effect] of Object.entries(expect.endings ?? {})) {
    const found = decision.endings.find((ending) => ending.ground === ground)?.effect ?? 'no such ground';
    if (found !== effect) failures.push(`${ground} ends: expected ${effect}, found ${found}`);
  }
  for (const [kind, value] of Object.entries(expect.obligations ?? {})) {
    const found = decision.obligations.find((obligation) => obligation.kind === kind)?.value ?? 'none';
    if (found !== value) failures.push(`${kind}: expected ${value}, found ${found}`);
  }
  for (const [what, rules] of Object.entries(expect.because ?? {})) {
    const found = rulesBehind(decision, what);
    const missing = rules.filter((rule) => !found.includes(rule));
    if (missing.length > 0)
      failures.push(`${what}: expected because of ${missing.join(', ')}, found ${found.join(', ')}`);
  }
  return failures;
}

function wordsOf(field: FieldDecision | undefined): string {
  if (!field) return 'no such field';
  return field.to === undefined ? field.treatment : `${field.treatment} ${field.to}`;
}

function rulesBehind(decision: Decision, what: string): readonly string[] {
  return (what === 'denial' ? decision.denial : decision.fields[what])?.rules ?? [];
}
