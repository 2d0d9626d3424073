import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@liaison/kernel';
import { IsBoolean, IsOptional, IsString } from 'class-validator';
import { loadConfig } from './load-config';
import { ServiceConfig } from './service-config';
import { Setting } from './setting';
import { settingsTable } from './settings-table';

const GOOD = {
  AGENCY_ID: 'police-75',
  DATABASE_URL_SERVE: 'postgres://police_serve:marked-password@127.0.0.1:5432/police',
  DATABASE_URL_INGEST: 'postgres://police_ingest:marked-password@localhost:5432/police',
  BROKER: 'embedded',
  EMBEDDED_BROKER_URL: 'postgres://broker:marked-password@127.0.0.1:5432/broker',
  OIDC_ISSUER: 'http://127.0.0.1:4000',
  OIDC_AUDIENCE: 'urn:liaison',
  DIRECTORY_FILE: 'directory.yaml',
  CONVENTIONS_DIR: 'conventions',
  AGENT_PSEUDONYM_KEY: 'a-marked-key-of-thirty-two-characters',
};

class PoliceConfig extends ServiceConfig {
  @Setting({ env: 'NOTICE_TITLE', description: 'Heading of a notice' })
  @IsOptional()
  @IsString()
  noticeTitle?: string;

  @Setting({ env: 'DRAFTS', description: 'Keep drafts', default: 'true' })
  @IsBoolean()
  drafts: boolean;
}

function failure(env: Record<string, string | undefined>): AppError {
  try {
    loadConfig(PoliceConfig, env);
  } catch (error) {
    return error as AppError;
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  it('reads settings of the class and of its base, with defaults and types', () => {
    const config = loadConfig(PoliceConfig, { ...GOOD, HTTP_PORT: '8080', NOTICE_TITLE: '' });
    expect(config).toBeInstanceOf(PoliceConfig);
    expect(config).toMatchObject({
      agencyId: 'police-75',
      environment: 'production',
      httpPort: 8080,
      migrateAtStart: false,
      drafts: true,
    });
    expect(config.noticeTitle).toBeUndefined();
  });

  it('lists every variable that is wrong and what it should be', () => {
    const { AGENCY_ID, ...rest } = GOOD;
    const error = failure({
      ...rest,
      HTTP_PORT: '70000',
      LIAISON_ENV: 'test',
      MIGRATE_AT_START: 'yes',
      OIDC_ISSUER: 'x',
    });
    expect(AGENCY_ID).toBeDefined();
    expect(error.code).toBe('config-invalid');
    expect(Object.keys(error.options.fields ?? {}).sort()).toEqual([
      'AGENCY_ID',
      'HTTP_PORT',
      'LIAISON_ENV',
      'MIGRATE_AT_START',
      'OIDC_ISSUER',
    ]);
    expect(error.message).toContain('AGENCY_ID is missing; it must be lower-case letters, digits and dashes');
    expect(error.message).toContain('HTTP_PORT must not be greater than 65535');
    expect(error.message).toContain('MIGRATE_AT_START must be true or false');
    expect(error.message).not.toMatch(/agencyId|httpPort|migrateAtStart/);
  });

  it('requires what a choice makes necessary, and only that', () => {
    const error = failure({ ...GOOD, BROKER: 'kafka' });
    expect(Object.keys(error.options.fields ?? {}).sort()).toEqual([
      'KAFKA_BROKERS',
      'KAFKA_PASSWORD',
      'KAFKA_USERNAME',
    ]);
    const kafka = { KAFKA_BROKERS: 'a:9092, b:9092', KAFKA_USERNAME: 'u', KAFKA_PASSWORD: 'p' };
    const config = loadConfig(PoliceConfig, {
      ...GOOD,
      BROKER: 'kafka',
      EMBEDDED_BROKER_URL: undefined,
      ...kafka,
    });
    expect(config.kafkaBrokers).toEqual(['a:9092', 'b:9092']);
    expect(failure({ ...GOOD, BROKER: 'kafka', ...kafka, KAFKA_BROKERS: 'a' }).message).toContain(
      'KAFKA_BROKERS must be host:port',
    );
  });

  it('never shows the value of a secret', () => {
    const error = failure({
      ...GOOD,
      DATABASE_URL_SERVE: 'marked-password',
      AGENT_PSEUDONYM_KEY: 'marked-short',
      EMBEDDED_BROKER_URL: 'http://marked-password',
    });
    expect(Object.keys(error.options.fields ?? {})).toHaveLength(3);
    expect(`${error.message} ${JSON.stringify(error.options)}`).not.toContain('marked');
  });

  it('takes a secret from a file, but not from two places', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'key');
    writeFileSync(file, 'from-a-file-with-thirty-two-characters\n');
    const { AGENT_PSEUDONYM_KEY, ...rest } = GOOD;
    const config = loadConfig(PoliceConfig, { ...rest, AGENT_PSEUDONYM_KEY_FILE: file });
    expect(config.agentPseudonymKey).toBe('from-a-file-with-thirty-two-characters');
    expect(failure({ ...rest, AGENT_PSEUDONYM_KEY, AGENT_PSEUDONYM_KEY_FILE: file }).message).toContain(
      'is set twice',
    );
    expect(failure({ ...rest, AGENT_PSEUDONYM_KEY_FILE: `${file}-none` }).message).toContain(
      'cannot be read',
    );
    expect(() =>
      loadConfig(PoliceConfig, { ...GOOD, OIDC_AUDIENCE: undefined, OIDC_AUDIENCE_FILE: file }),
    ).toThrow(AppError);
  });
});

describe('settingsTable', () => {
  it('has a row for each variable, with its default and who reads it', () => {
    const table = settingsTable({ police: PoliceConfig, prefecture: ServiceConfig });
    expect(table).toContain(
      '| `AGENCY_ID` | Agency that this process serves, an id of the directory | **required** | all |',
    );
    expect(table).toContain(
      '| `KAFKA_BROKERS` | host:port, separated by commas | **required** when `BROKER=kafka` | all |',
    );
    expect(table).toContain('| `DRAFTS` | Keep drafts | `true` | police |');
    expect(table).toContain('| `NOTICE_TITLE` | Heading of a notice | optional | police |');
    expect(table).toContain('`AGENT_PSEUDONYM_KEY` or `AGENT_PSEUDONYM_KEY_FILE`');
    expect(table.match(/AGENCY_ID/g)).toHaveLength(1);
  });
});
