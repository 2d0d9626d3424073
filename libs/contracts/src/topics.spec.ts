import type { Agency, Directory } from '@liaison/kernel';
import fc from 'fast-check';
import { deadLetterTopic, inboxTopic, partitionFor, topicManifest } from './topics';

const agency = (id: string, inboxPartitions: number, kind = 'police'): Agency => ({
  id,
  kind,
  name: id,
  competentFor: [],
  units: [],
  contactPoints: [],
  inboxPartitions,
});
const directory = (...agencies: Agency[]): Directory => ({
  agencies: () => agencies,
  findAgency: (id) => agencies.find((each) => each.id === id),
  competentAgencies: () => [],
});

describe('topics', () => {
  it('names the inbox and the dead letters of an agency', () => {
    expect([inboxTopic('police-75'), deadLetterTopic('police-75')]).toEqual([
      'liaison.inbox.police-75',
      'liaison.dead.police-75',
    ]);
  });

  it.each(['', 'Police', 'a.b', 'a b', '-a', 'a-', 'a'.repeat(64), '../audit'])(
    'refuses %j in a name',
    (id) => {
      expect(() => inboxTopic(id)).toThrow(expect.objectContaining({ code: 'agency-id-invalid' }));
      expect(() => deadLetterTopic(id)).toThrow(expect.objectContaining({ code: 'agency-id-invalid' }));
    },
  );

  it('lists what the agencies need, in one order whatever the order of the directory', () => {
    const police = agency('police-75', 4);
    const prefecture = agency('prefecture-75', 6, 'prefecture');
    const log = agency('audit-log', 3, 'audit-log');
    const manifest = topicManifest(directory(prefecture, log, police));
    expect(manifest.map(({ name, partitions }) => [name, partitions])).toEqual([
      ['liaison.audit', 3],
      ['liaison.conventions', 1],
      ['liaison.dead.audit-log', 1],
      ['liaison.inbox.police-75', 4],
      ['liaison.dead.police-75', 1],
      ['liaison.inbox.prefecture-75', 6],
      ['liaison.dead.prefecture-75', 1],
    ]);
    expect(topicManifest(directory(police, prefecture, log))).toEqual(manifest);
    for (const { compacted, retentionMs } of manifest) {
      expect(retentionMs).toBe(compacted ? undefined : 2_592_000_000);
    }
  });
});

describe('partitionFor', () => {
  it('is FNV-1a and never changes its answer: lanes in databases rest on it', () => {
    const published = { '': 0x811c9dc5, a: 0xe40c292c, foobar: 0xbf9cf968 };
    for (const [key, hash] of Object.entries(published)) expect(partitionFor(key, 2 ** 32)).toBe(hash);
    expect(partitionFor('c0f4d7a2-3b1e-4e69-8a57-d2c4b6f8e013', 8)).toBe(2);
  });

  it('stays within the partitions and spreads keys over all of them', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (key, partitions) => {
        expect(partitionFor(key, partitions)).toBeGreaterThanOrEqual(0);
        expect(partitionFor(key, partitions)).toBeLessThan(partitions);
      }),
    );
    const counts = new Array<number>(8).fill(0);
    for (const key of fc.sample(fc.uuid(), { numRuns: 8000, seed: 1 })) counts[partitionFor(key, 8)]! += 1;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });
});
