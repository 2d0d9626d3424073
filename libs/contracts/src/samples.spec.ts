import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AUDIT_RECORDED,
  auditCommitment,
  auditCommitmentHolds,
  AuditRecordedV1,
} from './events/audit-recorded.v1';
import { AUDIT_RECORDED_V2, type AuditRecordedV2 } from './events/audit-recorded.v2';
import { NOTICE_ISSUED, NoticeIssuedV2 } from './events/notice-issued.v2';
import { describeEvent } from './field-category';
import { parseEnvelope } from './parse-envelope';
import { EVENT_TYPES } from './registry';

const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex');

const root = join(__dirname, '..', 'samples');
const samples = readdirSync(root).flatMap((type) =>
  readdirSync(join(root, type)).map((name) => ({
    type,
    name,
    text: readFileSync(join(root, type, name), 'utf8'),
  })),
);

describe('golden samples', () => {
  it.each(samples.map(({ type, name, text }) => [type, name, text]))('%s/%s parses', (type, _, text) => {
    expect(parseEnvelope(text)).toMatchObject({ type });
    expect(parseEnvelope(Buffer.from(text))).toEqual(JSON.parse(text));
  });

  it('exist for every event type, and for no other', () => {
    expect(new Set(samples.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES.map(({ type }) => type)));
  });

  it('fill every field of the notice once', () => {
    const full = samples.find(({ type, name }) => type === NOTICE_ISSUED && name === 'every-field.json')!;
    const filled = new Set(leafPaths((JSON.parse(full.text) as { data: unknown }).data, ''));
    expect([...filled].sort()).toEqual(
      describeEvent(NoticeIssuedV2)
        .fields.map(({ path }) => path)
        .sort(),
    );
  });

  it('carry audit commitments that hold, and that anything changed breaks', () => {
    const dataOf = <Data>(wanted: string) =>
      samples
        .filter(({ type }) => type === wanted)
        .map(({ text }) => (JSON.parse(text) as { data: Data }).data);
    const records = [
      ...dataOf<AuditRecordedV1>(AUDIT_RECORDED),
      ...dataOf<AuditRecordedV2>(AUDIT_RECORDED_V2).flatMap((batch) => batch.records),
    ];
    for (const record of records) {
      expect(auditCommitmentHolds(record, sha256Hex)).toBe(true);
      expect(auditCommitmentHolds({ ...record, counterpart: 'ase-75' }, sha256Hex)).toBe(false);
      expect(auditCommitmentHolds({ ...record, salt: 'e'.repeat(64) }, sha256Hex)).toBe(false);
      expect(auditCommitmentHolds(Object.assign(new AuditRecordedV1(), record), sha256Hex)).toBe(true);
    }
  });

  it('commits to canonical JSON of salt and record, whatever the order of the fields', () => {
    const record = {
      recordId: 'r',
      kind: 'read',
      at: 't',
      agency: 'a',
      service: 's',
      legalBases: [],
      fields: [],
    } as const;
    const text =
      '{"record":{"agency":"a","at":"t","fields":[],"kind":"read","legalBases":[],"recordId":"r","service":"s"},"salt":"00"}';
    expect(auditCommitment({ ...record, legalBases: [], fields: [] }, '00', (it) => it)).toBe(text);
  });
});

function leafPaths(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => leafPaths(item, path));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) =>
    leafPaths(member, path ? `${path}.${name}` : name),
  );
}
