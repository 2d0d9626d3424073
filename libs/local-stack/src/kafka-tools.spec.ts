import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithOwnKafka } from '@liaison/testing';
import { ensureKafkaJars, findKafkaTools } from './kafka-tools';

jest.setTimeout(120_000);

let cache: string;
beforeEach(() => (cache = mkdtempSync(join(tmpdir(), 'liaison-jars-'))));
afterEach(() => rmSync(cache, { recursive: true, force: true }));

test('without Java: says what is missing and how to get it', async () => {
  await withoutPrograms(async () => {
    const { available, reason } = await findKafkaTools(cache);
    expect(available).toBe(false);
    expect(reason).toMatch(/Install Java 17 or later and Maven, or set KAFKA_BROKERS/);
    await expect(ensureKafkaJars(cache)).rejects.toMatchObject({ code: 'kafka-unavailable' });
  });
});

/** Runs something with a PATH on which there is nothing. */
async function withoutPrograms(run: () => Promise<void>): Promise<void> {
  const path = process.env['PATH'];
  const empty = mkdtempSync(join(tmpdir(), 'liaison-path-'));
  process.env['PATH'] = empty;
  try {
    await run();
  } finally {
    process.env['PATH'] = path;
    rmSync(empty, { recursive: true });
  }
}

describeWithOwnKafka('the jars of Kafka', () => {
  test('are fetched once; a copy that was interrupted does not count and is removed', async () => {
    const ended = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
    const abandoned = join(cache, `kafka-new-${ended}`);
    mkdirSync(join(abandoned, 'libs'), { recursive: true });
    writeFileSync(join(abandoned, 'libs', 'kafka_2.13.jar'), 'half');

    const [libs, again] = await Promise.all([ensureKafkaJars(cache), ensureKafkaJars(cache)]);
    expect(again).toBe(libs);
    expect(readdirSync(libs).filter((name) => name.startsWith('kafka_2.13-'))).toHaveLength(1);
    expect(existsSync(abandoned)).toBe(false);
    expect(readdirSync(cache)).toHaveLength(1);
    expect((await findKafkaTools(cache)).available).toBe(true);
    await withoutPrograms(() =>
      expect(ensureKafkaJars(cache)).rejects.toMatchObject({ code: 'kafka-unavailable' }),
    );
  });
});
