import { readFileSync } from 'node:fs';
import { DESCRIPTIONS } from '@liaison/contracts';
import { type Agency, AppError } from '@liaison/kernel';
import {
  type Broker,
  noteConventions,
  type PublishedConvention,
  PublishedConventions,
  Recovery,
  StatementKeys,
} from '@liaison/messaging';
import { type Logger, readConventions, type ServiceConfig } from '@liaison/platform';
import type { ModuleRef } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import type { AgencyPolicy } from '../policy/agency-policy';
import { compileWith } from '../policy/current-conventions';
import { NOTHING_PUBLISHED, type PublishedStatus } from '../policy/observe-conventions';

/** Brings conventions that were published since this release was installed. */
export interface ConventionUpdates {
  /** Returns at once. */
  start(): void;
  stop(): Promise<void>;
  status(): PublishedStatus;
}

const NONE: ConventionUpdates = {
  start: () => undefined,
  stop: () => Promise.resolve(),
  status: () => NOTHING_PUBLISHED,
};

/**
 * Where keys are configured whose signature counts, a new convention is in use without a restart: what was prepared under
 * the set before is decided again, and what waited for it is redriven. What is kept already counts before anything is decided.
 * @throws AppError `convention-keys-invalid`
 */
export async function followConventions(
  { conventionsDir, conventionKeysFile }: ServiceConfig,
  { id: agency }: Agency,
  policy: AgencyPolicy,
  broker: Broker,
  database: DataSource,
  logger: Logger,
  modules: ModuleRef,
): Promise<ConventionUpdates> {
  if (conventionKeysFile === undefined) return NONE;
  const keys = await StatementKeys.fromPem(readKeys(conventionKeysFile), conventionKeysFile);
  const installed = readConventions(conventionsDir);
  const leftOut = new Set<string>();
  const use = (all: readonly PublishedConvention[]): void => {
    leftOut.clear();
    policy.adopt(compileWith(installed, all, DESCRIPTIONS, logger, (each) => leftOut.add(each)));
  };
  const published = new PublishedConventions({
    ...{ agency, broker, database, keys, logger },
    onNew: async (all) => {
      use(all);
      await noteConventions(database, policy.digest);
      modules.get(Recovery, { strict: false }).catchUpAgain();
      logger.info(
        { digest: policy.digest, versions: policy.versions },
        'another set of conventions is in use',
      );
    },
  });
  use(await published.read());
  return {
    start: () => published.start(),
    stop: () => published.stop(),
    status: () => {
      const { following, unsigned, refused } = published.status;
      return { away: !following, unused: unsigned + leftOut.size, refused };
    },
  };
}

function readKeys(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('convention-keys-invalid', `Make CONVENTION_KEYS_FILE name a readable file: ${file}`, {
      cause,
    });
  }
}
