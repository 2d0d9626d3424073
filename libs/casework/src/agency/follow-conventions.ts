import { readFileSync } from 'node:fs';
import { DESCRIPTIONS } from '@liaison/contracts';
import { type Agency, AppError } from '@liaison/kernel';
import {
  type Broker,
  noteConventions,
  PublishedConventions,
  Recovery,
  StatementKeys,
} from '@liaison/messaging';
import { type Logger, readConventions, type ServiceConfig } from '@liaison/platform';
import type { ModuleRef } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import type { AgencyPolicy } from '../policy/agency-policy';
import { compileWith } from '../policy/current-conventions';

/** Brings conventions that were published since this release was installed. */
export interface ConventionUpdates {
  /** Returns at once. */
  start(): void;
  stop(): Promise<void>;
}

const NONE: ConventionUpdates = { start: () => undefined, stop: () => Promise.resolve() };

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
  const published = new PublishedConventions({
    ...{ agency, broker, database, keys, logger },
    onNew: async (all) => {
      policy.adopt(compileWith(installed, all, DESCRIPTIONS, logger));
      await noteConventions(database, policy.digest);
      modules.get(Recovery, { strict: false }).catchUpAgain();
      logger.info(
        { digest: policy.digest, versions: policy.versions },
        'another set of conventions is in use',
      );
    },
  });
  policy.adopt(compileWith(installed, await published.read(), DESCRIPTIONS, logger));
  return published;
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
