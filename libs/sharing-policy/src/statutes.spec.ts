import { readdirSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DESCRIPTIONS as events } from '@liaison/contracts';
import type { DecisionRequest } from './model';
import { parseStatutory } from './parse';
import { compilePolicy } from './policy';
import { facts, ruleFile, sha256, signedConvention, conventionFile, statute } from './samples.test';

const ROOT = resolve(__dirname, '../../..');
const folder = join(ROOT, 'conventions/statutory');
const statutory = readdirSync(folder).map((name) =>
  parseStatutory(readFileSync(join(folder, name), 'utf8'), name),
);
const NOTICE = 'liaison.notice.issued.v2';
const described = events.find(({ type }) => type === NOTICE);
const KINDS = ['police', 'prefecture', 'ase', 'association', 'justice', 'coordination', 'siao'];
const PURPOSES = [
  'care',
  'child-protection',
  'prosecution-of-the-person',
  'removal',
  'age-assessment',
  'sheltering',
  'family-mediation',
  'competence-of-departement',
  'orientation-of-adults',
];

/** A convention that would release everything to everybody: only the law is left to hold anything back. */
const everything = signedConvention({
  ...conventionFile(),
  purposes: PURPOSES,
  parties: KINDS.map((kind) => ({ id: kind, kind })),
  signatures: KINDS.map((party) => ({ party, by: 'A', on: '2024-12-01' })),
  rules: KINDS.flatMap((from) =>
    KINDS.map((to) =>
      ruleFile({
        id: `${from}-${to}`,
        from: { kind: from },
        to: { kind: to },
        events: [NOTICE, 'liaison.notice.acknowledged.v1'],
        treatments: {
          categories: Object.fromEntries(
            (described?.fields ?? []).map(({ category }) => [category, 'release']),
          ),
        },
      }),
    ),
  ),
});
const policy = compilePolicy({ conventions: [everything], statutory, events, sha256 });

const agency = (kind: string) => ({ agency: `${kind}-75`, kind, departement: '75' });
type Asked = Partial<Omit<DecisionRequest, 'from' | 'to' | 'facts'>> & {
  from?: string;
  to?: string;
  facts?: Readonly<Record<string, string | boolean>>;
  network?: readonly string[];
};
/** Nobody is protected, and the person is an adult who agreed, unless said otherwise. */
function decide({ from = 'police', to = 'justice', facts: given, network, ...more }: Asked) {
  const all = { age: 'adult', protectedIdentity: false, protectedAddress: false, consent: 'given', ...given };
  const owner = agency(from).agency;
  return policy.decide({
    at: new Date('2026-03-02T09:00:00Z'),
    purpose: 'care',
    operation: 'release',
    from: agency(from),
    to: agency(to),
    relation: [],
    event: NOTICE,
    ...more,
    facts: Object.fromEntries(
      [
        ...Object.entries(facts(all)),
        ...(network ? [['networkDepartements', { value: network, visibleTo: 'both' }] as const] : []),
      ]
        .filter(([, fact]) => fact.value !== 'unknown')
        .map(([name, fact]) => [name, { ...fact, owner }]),
    ),
  });
}
const ACKNOWLEDGED = { event: 'liaison.notice.acknowledged.v1' };
const denials = (asked: Asked) => decide(asked).denial?.rules ?? [];
const behind = (path: string, asked: Asked) => {
  const { treatment, rules } = decide(asked).fields[path] ?? { treatment: 'none', rules: [] };
  return treatment === 'release' ? [] : rules;
};

it('without a reason everything leaves here: the rules below are what holds it back', () => {
  expect(decide({})).toMatchObject({ allowed: true });
  expect(Object.values(decide({}).fields).every(({ treatment }) => treatment === 'release')).toBe(true);
});

it.each<[string, string, string, Asked, Asked]>([
  // rule, what it withholds (`event`: all), the case, and one beside it that is open
  ['R05', 'exploitation.account', 'free text never goes to the ASE', { to: 'ase' }, {}],
  ['R05', 'assessment.danger', 'nor an assessment to an association', { to: 'association' }, {}],
  [
    'R06',
    'event',
    'an association authors no notice',
    { from: 'association', to: 'ase' },
    { from: 'justice' },
  ],
  ['R06', 'event', 'nor does the ASE', { from: 'ase' }, {}],
  [
    'R10',
    'event',
    'an association tells the police nothing about an adult who did not agree',
    { ...ACKNOWLEDGED, from: 'association', to: 'police', facts: { consent: 'refused' } },
    { ...ACKNOWLEDGED, from: 'association', to: 'police' },
  ],
  [
    'R10',
    'event',
    'nor where nobody established what they said',
    { ...ACKNOWLEDGED, from: 'association', to: 'prefecture', facts: { consent: 'unknown' } },
    { ...ACKNOWLEDGED, from: 'association', to: 'ase', facts: { consent: 'unknown' } },
  ],
  [
    'R10',
    'event',
    'incapacity is told to authorities, not to another association',
    {
      ...ACKNOWLEDGED,
      from: 'association',
      to: 'association',
      facts: { consent: 'refused', incapacity: true },
    },
    { ...ACKNOWLEDGED, from: 'association', to: 'police', facts: { consent: 'refused', incapacity: true } },
  ],
  [
    'R13',
    'event',
    'the shared secret of child protection is not shared with the police',
    { ...ACKNOWLEDGED, from: 'ase', to: 'police', purpose: 'child-protection', facts: { age: 'minor' } },
    { ...ACKNOWLEDGED, from: 'ase', to: 'justice', purpose: 'child-protection', facts: { age: 'minor' } },
  ],
  ['R14', 'event', 'nothing serves to prosecute the victim', { purpose: 'prosecution-of-the-person' }, {}],
  ['R14', 'event', 'nor to remove them', { to: 'prefecture', purpose: 'removal' }, { to: 'prefecture' }],
  ['R15', 'vulnerability.health', 'health does not serve to assess age', { purpose: 'age-assessment' }, {}],
  [
    'R16',
    'event',
    'while the age is unknown a consent opens nothing',
    { ...ACKNOWLEDGED, from: 'association', to: 'police', facts: { age: 'unknown' } },
    { ...ACKNOWLEDGED, from: 'association', to: 'ase', facts: { age: 'unknown' } },
  ],
  [
    'R18',
    'address.line',
    'a protected address',
    { facts: { protectedAddress: true } },
    { facts: { protectedAddress: true }, relation: ['named-in-address-measure'] },
  ],
  ['R18', 'contact.phone', 'unknown protects', { facts: { protectedAddress: 'unknown' } }, {}],
  [
    'R20',
    'civilStatus.real.familyName',
    'a borrowed identity',
    { facts: { protectedIdentity: true } },
    { facts: { protectedIdentity: true }, relation: ['named-in-identity-measure'] },
  ],
  [
    'R23',
    'address.line',
    "a minor's address",
    { facts: { age: 'minor' } },
    { facts: { age: 'minor' }, relation: ['ordered-placement'] },
  ],
  [
    'R25',
    'event',
    'no shelter where the network is',
    { purpose: 'sheltering', to: 'ase', network: ['75', '13'] },
    { purpose: 'sheltering', to: 'ase', network: ['13'] },
  ],
  [
    'R25',
    'event',
    'a place is not sought where nobody knows where the network is',
    { purpose: 'sheltering', to: 'association' },
    { purpose: 'sheltering', to: 'association', facts: { judgeOrder: true } },
  ],
  [
    'R26',
    'event',
    'no mediation before relatives are known not to be involved',
    { purpose: 'family-mediation' },
    { purpose: 'family-mediation', facts: { relativeInvolved: false } },
  ],
  [
    'R28',
    'address.line',
    'deciding on competence needs no address',
    { purpose: 'competence-of-departement' },
    {},
  ],
  [
    'R30',
    'event',
    'Ac.Sé is for adults',
    { purpose: 'orientation-of-adults', to: 'association', facts: { age: 'unknown' } },
    { purpose: 'orientation-of-adults', to: 'association' },
  ],
  [
    'R30',
    'civilStatus.declared.familyName',
    'no name before a place accepts',
    { purpose: 'orientation-of-adults', to: 'association' },
    { purpose: 'orientation-of-adults', to: 'association', relation: ['takes-in-charge'] },
  ],
  [
    'R33',
    'event',
    'a préfecture tells an association nothing without consent',
    { ...ACKNOWLEDGED, from: 'prefecture', to: 'association', facts: { consent: 'not-asked' } },
    { ...ACKNOWLEDGED, from: 'prefecture', to: 'association' },
  ],
  ['R34', 'event', 'the coordination learns of nobody', { to: 'coordination' }, {}],
])('%s withholds %s: %s', (rule, what, _why, asked, open) => {
  const found = (each: Asked) => (what === 'event' ? denials(each) : behind(what, each));
  expect(found(asked)).toContain(rule);
  expect(found(open)).not.toContain(rule);
});

it.each([
  ['R10', { ...ACKNOWLEDGED, from: 'association', to: 'police', facts: { consent: 'refused' } }, true],
  ['R18', { facts: { protectedAddress: true } }, false],
  ['R20', { facts: { protectedIdentity: true } }, false],
  ['R34', { to: 'coordination' }, false],
] as [string, Asked, boolean][])('vital interest and %s: lifted is %j', (rule, asked, _) => {
  const lifted = statutory.find(({ id }) => id === rule)?.liftedByVitalInterest;
  const all = (each: Asked) => [
    ...denials(each),
    ...behind('address.line', each),
    ...behind('civilStatus.real.familyName', each),
  ];
  const urgent = { ...asked, facts: { ...asked.facts, vitalInterest: true } };
  expect(all(asked)).toContain(rule);
  expect(all(urgent).includes(rule)).toBe(!lifted);
});

it('a rule that the engine does not execute says what holds it, and what it names is there', () => {
  for (const { id, forbids, heldBy } of statutory) {
    expect([id, forbids.length + heldBy.length]).not.toEqual([id, 0]);
    const paths = heldBy
      .map((each) => each.split(':')[0] ?? '')
      .filter((path) => /^(apps|libs|conventions)\//.test(path));
    expect([id, paths.filter((path) => !existsSync(join(ROOT, path)))]).toEqual([id, []]);
  }
});

it('says of each article how it was checked, and where it was read or why it was not', () => {
  for (const { id, articles, citations } of statutory) {
    expect([id, citations.map(({ article }) => article)]).toEqual([id, [...articles]]);
    for (const { article, checked, source, why } of citations) {
      const read = checked !== 'no';
      expect([id, article, source !== undefined, why !== undefined]).toEqual([id, article, read, !read]);
    }
  }
});

it('a citation without its mark does not load', () => {
  const law = (article: object) => () => statute({ articles: [{ article: 'CP 226-13', ...article }] });
  expect(law({})).toThrow(/checked/);
  expect(law({ checked: 'no' })).toThrow('says `why` it could not be checked');
  expect(law({ checked: 'text' })).toThrow('says its `source`');
});
