import disclosure from '../samples/liaison.audit.recorded.v1/disclosure.json';
import acknowledged from '../samples/liaison.notice.acknowledged.v1/by-the-desk.json';
import delivered from '../samples/liaison.delivery.acknowledged.v1/several-cases.json';
import full from '../samples/liaison.notice.issued.v2/every-field.json';
import minimal from '../samples/liaison.notice.issued.v2/minimal.json';
import amended from '../samples/liaison.notice.amended.v1/every-field.json';
import withdrawn from '../samples/liaison.notice.withdrawn.v1/not-a-victim.json';
import purged from '../samples/liaison.share.purged.v1/after-a-revocation.json';
import revoked from '../samples/liaison.share.revoked.v1/consent-withdrawn.json';
import { LAST_SEQUENCE } from './sequence';
import { verdict } from './verdict.test';

type Data = Record<string, unknown>;
/** What is set where (dotted path), or removed (`undefined`). */
type Row = readonly [path: string, value: unknown];

function changed(data: unknown, [path, value]: Row): unknown {
  const copy = structuredClone(data);
  const names = path.split('.');
  const last = names.pop()!;
  const owner = names.reduce((at, name) => at[name] as Data, copy as Data);
  if (value === undefined) delete owner[last];
  else owner[last] = value;
  return copy;
}

const times = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value);

const ACCEPTED: Record<string, { readonly from: unknown; readonly rows: readonly Row[] }> = {
  'liaison.notice.issued.v2': {
    from: full.data,
    rows: [
      ['contact', undefined],
      ['contact', {}],
      ['steps', []],
      ['civilStatus.real', undefined],
      ['civilStatus.declared', undefined],
      ['civilStatus.real.birthDate', '2004-02-29'],
      ['civilStatus.real.birthDate', '2004-02'],
      ['civilStatus.real.birthDate', '2004'],
      ['civilStatus.real.birthDate', '25-34'],
      ['civilStatus.real.birthDate', '50+'],
      ['civilStatus.real.familyName', "O'Brien-Ñandú 李"],
      ['civilStatus.real.familyName', 'x'.repeat(100)],
      ['civilStatus.real.familyName', '😀'.repeat(100)],
      ['civilStatus.declared.estimatedAge', 0],
      ['civilStatus.languages', ['fr', 'pcm']],
      ['procedure.departement', '01'],
      ['procedure.departement', '2A'],
      ['procedure.departement', '976'],
      ['procedure.departement', '988'],
      ['address.postalCode', '97400'],
      ['address.postalCode', '2B'],
      ['exploitation.account', 'one line\r\n\tanother\n'],
      ['exploitation.account', 'x'.repeat(20_000)],
      ['exploitation.places.1', {}],
      ['travel.debt.amount', 50_000],
      ['travel.transitCountries', times(30, 'LY')],
      ['civilStatus.real.nativeName', '王小明'],
      ['civilStatus.declared.nativeName', 'بلسينغ'],
      ['civilStatus.declared.estimatedAgeBasis', []],
      ['civilStatus.documents.0.state', 'lost'],
      ['address.communeCode', '97302'],
      ['exploitation.places.0.communeCode', '2B033'],
      ['vulnerability.dependentChildren', 30],
      ['steps.0.organisation', undefined],
    ],
  },
  'liaison.notice.acknowledged.v1': {
    from: acknowledged.data,
    rows: [
      ['unit', undefined],
      ['acknowledgedAt', '2026-12-31T23:59:59Z'],
      ['acknowledgedAt', '2026-12-31T23:59:59.123456789Z'],
      ['recipientVersion', 1_000_000_000],
    ],
  },
  'liaison.audit.recorded.v1': {
    from: disclosure.data,
    rows: [
      ['unit', undefined],
      ['agent', undefined],
      ['fields', []],
      ['legalBases', []],
      ['reason', 'no-convention'],
      ['fields.0.rules', []],
      ['fields.0.treatment', 'mask'],
    ],
  },
  'liaison.delivery.acknowledged.v1': {
    from: delivered.data,
    rows: [
      ['references.0.upTo', LAST_SEQUENCE],
      ['references.0.parked', times(1000, 1)],
      ['references.0.discarded', [3, 5]],
      ['references', times(1000, delivered.data.references[0])],
    ],
  },
  'liaison.share.revoked.v1': {
    from: revoked.data,
    rows: [
      ['effect', 'restrict'],
      ['events', []],
      ['events', times(500, revoked.data.events[0])],
    ],
  },
  'liaison.share.purged.v1': {
    from: purged.data,
    rows: [
      ['revocation', undefined],
      ['reason', 'term-ended'],
      ['kept', purged.data.purged],
    ],
  },
};

const REFUSED: typeof ACCEPTED = {
  'liaison.share.revoked.v1': {
    from: revoked.data,
    rows: [
      ['effect', 'stop'],
      ['ground', 'protection'],
      ['events', undefined],
      ['events', ['not-an-id']],
      ['events', times(501, revoked.data.events[0])],
      ['reason', 'free text'],
    ],
  },
  'liaison.share.purged.v1': {
    from: purged.data,
    rows: [
      ['reason', 'other'],
      ['revocation', null],
      ['purged', undefined],
      ['kept.0', 1],
    ],
  },
  'liaison.notice.issued.v2': {
    from: full.data,
    rows: [
      ['procedure', undefined],
      ['procedure', null],
      ['procedure', []],
      ['procedure', [{ departement: '75' }]],
      ['procedure', 'Paris'],
      ['procedure.departement', undefined],
      ['procedure.departement', ''],
      ['procedure.departement', 75],
      ['procedure.departement', '75\n'],
      ['procedure.departement', ['75']],
      ['procedure.departement', '20'],
      ['procedure.departement', '96'],
      ['procedure.departement', '979'],
      ['procedure.departement', '2a'],
      ['procedure.initiative', 'police'],
      ['procedure.author', 'somebody'],
      ['extra', true],
      ['toString', 'inherited'],
      ['contact.constructor', 'inherited'],
      ['civilStatus', undefined],
      ['civilStatus', {}],
      ['civilStatus', { languages: ['fr'] }],
      ['civilStatus', { real: null }],
      ['civilStatus', { real: {} }],
      ['civilStatus.declared', {}],
      ['civilStatus.real', null],
      ['civilStatus.real', [{ familyName: 'Popa' }]],
      ['civilStatus.real.familyName', null],
      ['civilStatus.real.familyName', ''],
      ['civilStatus.real.familyName', ' \u00a0 '],
      ['civilStatus.real.familyName', 'x'.repeat(101)],
      ['civilStatus.real.familyName', '\ufe0f'.repeat(101)],
      ['civilStatus.real.familyName', 'a\u0000b'],
      ['civilStatus.real.familyName', 'a\nb'],
      ['civilStatus.real.familyName', 'a\ud800b'],
      ['civilStatus.real.givenNames', 'Andrei'],
      ['civilStatus.real.givenNames', [['Andrei']]],
      ['civilStatus.real.givenNames', [null]],
      ['civilStatus.real.givenNames', times(11, 'Andrei')],
      ['civilStatus.real.givenNames', { 0: 'Andrei' }],
      ['civilStatus.real.sex', 'f'],
      ['civilStatus.real.birthDate', '2026-02-30'],
      ['civilStatus.real.birthDate', '2025-02-29'],
      ['civilStatus.real.birthDate', '2026-13'],
      ['civilStatus.real.birthDate', '1850-01-01'],
      ['civilStatus.real.birthDate', '2004-02-29T00:00:00Z'],
      ['civilStatus.real.birthDate', 2004],
      ['civilStatus.real.nationalities', ['ROU']],
      ['civilStatus.declared.estimatedAge', '20'],
      ['civilStatus.declared.estimatedAge', 20.5],
      ['civilStatus.declared.estimatedAge', -1],
      ['civilStatus.declared.estimatedAge', 121],
      ['civilStatus.languages', ['French']],
      ['civilStatus.documents', {}],
      ['civilStatus.documents', [[{ state: 'none' }]]],
      ['civilStatus.documents', times(21, { state: 'none' })],
      ['civilStatus.documents.0.state', undefined],
      ['civilStatus.documents.0.state', 'stolen'],
      ['contact.phone', 'call me'],
      ['contact.email', 'nobody'],
      ['address.postalCode', '7500'],
      ['travel.entryDate', '25-34'],
      ['travel.debt', 50_000],
      ['travel.debt.amount', undefined],
      ['travel.debt.amount', '50000'],
      ['travel.debt.amount', 1e300],
      ['travel.debt.currency', 'euro'],
      ['exploitation.forms', ['prostitution']],
      ['exploitation.places', [null]],
      ['exploitation.places.0.departement', null],
      ['exploitation.places.0.street', 'rue des Exemples'],
      ['exploitation.account', 'x'.repeat(20_001)],
      ['exploitation.account', 'a\u0007b'],
      ['vulnerability.minor', 'false'],
      ['vulnerability.minor', 0],
      ['vulnerability.health', true],
      ['steps', times(51, { kind: 'complaint', status: 'undertaken' })],
      ['steps.0.kind', 'escape'],
      ['assessment', 'credible'],
      ['dates.observedOn', '31/10/2026'],
      ['procedure.opinionRequest', 'request-1'],
      ['civilStatus.real.verifiedThrough', ['intuition']],
      ['civilStatus.real.verifiedParts', times(7, 'sex')],
      ['civilStatus.declared.estimatedAgeBasis', 'appearance'],
      ['civilStatus.documents.0.inNameOf', 'Popa'],
      ['address.communeCode', '2C004'],
      ['travel.debt.repaid', -1],
      ['exploitation.sectors', ['mining']],
      ['vulnerability.dependentChildren', 31],
      ['assessment.linksBroken', 'yes'],
    ],
  },
  'liaison.notice.amended.v1': {
    from: amended.data,
    rows: [
      ['amendment', undefined],
      ['amendment', {}],
      ['amendment.reason', 'because'],
      ['amendment.explanation', 'x'.repeat(2001)],
      ['procedure', undefined],
      ['civilStatus', {}],
    ],
  },
  'liaison.notice.withdrawn.v1': {
    from: withdrawn.data,
    rows: [
      ['reason', undefined],
      ['reason', 'The person was not a victim'],
      ['withdrawnAt', '2026-11-20'],
      ['explanation', 'none'],
    ],
  },
  'liaison.notice.acknowledged.v1': {
    from: acknowledged.data,
    rows: [
      ['acknowledgedAt', undefined],
      ['acknowledgedAt', '2026-11-18'],
      ['acknowledgedAt', '2026-11-18T10:15:01+01:00'],
      ['acknowledgedAt', '2026-02-30T10:15:01Z'],
      ['acknowledgedAt', '2026-11-18T24:00:00Z'],
      ['acknowledgedAt', '2026-06-30T23:59:60Z'],
      ['acknowledgedAt', 1_763_460_901],
      ['role', undefined],
      ['role', 'Marie Exemple'],
      ['unit', 'Desk'],
      ['recipientVersion', 0],
      ['agent', 'somebody'],
    ],
  },
  'liaison.audit.recorded.v1': {
    from: disclosure.data,
    rows: [
      ['recordId', 'not-a-uuid'],
      ['recordId', disclosure.data.recordId.toUpperCase()],
      ['kind', 'deletion'],
      ['agent', 'Marie Exemple'],
      ['agent', 'abc'],
      ['agency', undefined],
      ['legalBases', undefined],
      ['legalBases', times(51, 'CPP 11')],
      ['convention', 'police-prefecture'],
      ['policyDigest', 'f'.repeat(63)],
      ['fields', undefined],
      ['fields.0.value', 'Osagie'],
      ['fields.0.paths', undefined],
      ['fields.0.paths', ['not a path']],
      ['fields.0.treatment', 'shown'],
      ['reason', 'Because I said so'],
      ['salt', undefined],
      ['commitment', 'F'.repeat(64)],
      ['sequence', 41],
    ],
  },
  'liaison.delivery.acknowledged.v1': {
    from: delivered.data,
    rows: [
      ['references', undefined],
      ['references', []],
      ['references', times(1001, delivered.data.references[0])],
      ['references.0', []],
      ['references.0.reference', 'case-1'],
      ['references.0.upTo', -1],
      ['references.0.upTo', '1'],
      ['references.0.parked', undefined],
      ['references.0.parked', [0]],
      ['references.0.parked', 1],
      ['references.0.parked', times(1001, 1)],
      ['references.0.name', 'Osagie'],
    ],
  },
};

const rowsOf = (table: typeof ACCEPTED) =>
  Object.entries(table).flatMap(([type, { from, rows }]) =>
    rows.map((row) => ({ type, from, row, title: JSON.stringify(row[1])?.slice(0, 60) })),
  );

describe('class-validator and the JSON Schemas', () => {
  it.each(rowsOf(ACCEPTED))('both accept $type with $row.0 = $title', ({ type, from, row }) => {
    expect(verdict(type, changed(from, row))).toBe('accepted');
  });

  it.each(rowsOf(REFUSED))('both refuse $type with $row.0 = $title', ({ type, from, row }) => {
    expect(verdict(type, from)).toBe('accepted');
    expect(verdict(type, changed(from, row))).toBe('refused');
  });

  it.each([null, [], [minimal.data], 'notice', 7, true, {}])('both refuse %j as a whole', (data) => {
    for (const type of Object.keys(ACCEPTED)) expect(verdict(type, data)).toBe('refused');
  });

  it('refuse an own __proto__ alike', () => {
    const data: unknown = JSON.parse(
      '{"procedure":{"departement":"75"},"civilStatus":{"real":{"__proto__":{"sex":"male"}}}}',
    );
    expect(verdict('liaison.notice.issued.v2', data)).toBe('refused');
  });
});
