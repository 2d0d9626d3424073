import { auditCommitment, type AuditRecord } from '@liaison/contracts';
import { canonicalJson } from '@liaison/kernel';
import { AuditTrail, sha256Hex } from './audit-trail';

const TRAIL = new AuditTrail(
  { agency: 'police-75', service: 'police' },
  { agency: 'audit-log', reference: 'r', laneId: 1 },
);
const ENTRY = { kind: 'disclosure', at: '2026-03-02T09:00:00.000Z', legalBases: ['RGPD 6(1)(e)'] } as const;

it('records that share their list of fields hold it whole, each under a commitment of its own', () => {
  const fields = [{ paths: ['civilStatus.languages', 'a"b'], treatment: 'release' as const, rules: ['r/1'] }];
  const others = [{ paths: ['address.line'], treatment: 'withhold' as const, rules: ['R18'] }];
  const prepared = [fields, fields, others].map((each, index) =>
    TRAIL.prepare({ ...ENTRY, legalBases: [...ENTRY.legalBases], fields: each, version: index + 1 }),
  );
  const records = prepared.map(({ json }) => JSON.parse(json) as AuditRecord);
  expect(records.map((record) => record.fields)).toEqual([fields, fields, others]);
  expect(records.map(({ version }) => version)).toEqual([1, 2, 3]);
  prepared.forEach(({ json, salt, commitment }, index) => {
    expect(json).toBe(canonicalJson(records[index]));
    expect(commitment).toBe(auditCommitment(records[index] as AuditRecord, salt.toString('hex'), sha256Hex));
  });
});
