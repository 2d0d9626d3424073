import { readFile } from 'node:fs/promises';
import { AUDIT_LOG_KIND, topicManifest } from '@liaison/contracts';
import { AppError, type Agency, type Directory } from '@liaison/kernel';
import type { BrokerAccess } from '@liaison/local-stack';
import {
  type AclEntry,
  agencyAcls,
  auditLogAcls,
  type AccessControl,
  type Broker,
  EmbeddedBroker,
  KafkaBroker,
} from '@liaison/messaging';
import { FileDirectory, parseDirectory } from '@liaison/platform';

const CLIENT_ID = 'liaison-cli';

/**
 * Creates every topic that the directory's agencies need, and lets each user of the broker do what its agency may and
 * nothing else. Idempotent.
 */
export async function prepareBroker(access: BrokerAccess, directoryFile: string): Promise<void> {
  const directory = await readDirectory(directoryFile);
  if (access.kind === 'embedded') await EmbeddedBroker.install(access.adminUrl);
  const broker = connectionOf(access);
  await broker.connect();
  try {
    await broker.createTopics(topicManifest(directory));
    await broker.applyAcls(aclsOf(access, directory));
  } finally {
    await broker.disconnect();
  }
}

/** @throws AppError `directory-unreadable`, or what `parseDirectory` throws */
export async function readDirectory(file: string): Promise<Directory> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError(
      'directory-unreadable',
      `The directory ${file} cannot be read. Name a file that can.`,
      { cause },
    );
  });
  return new FileDirectory(parseDirectory(text, file));
}

function connectionOf(access: BrokerAccess): Broker & AccessControl {
  if (access.kind === 'embedded') return new EmbeddedBroker({ url: access.adminUrl, clientId: CLIENT_ID });
  return new KafkaBroker({ brokers: access.brokers, clientId: CLIENT_ID, ...access.admin });
}

/** The administrator needs no rules: where an agency comes as the administrator, there is nothing to allow or deny. */
function aclsOf(access: BrokerAccess, directory: Directory): AclEntry[] {
  const usernames =
    access.kind === 'embedded'
      ? [...access.urls.keys()].map((agency) => [agency, agency] as const)
      : [...access.users]
          .filter(([, { username }]) => username !== access.admin.username)
          .map(([agency, { username }]) => [agency, username] as const);
  return usernames.flatMap(([agency, username]) => aclsFor(directory.findAgency(agency), agency, username));
}

function aclsFor(agency: Agency | undefined, id: string, username: string): AclEntry[] {
  if (!agency)
    throw new AppError('agency-unknown', `The directory has no agency ${id}. Add it, or remove its service.`);
  return agency.kind === AUDIT_LOG_KIND ? auditLogAcls(id, username) : agencyAcls(id, username);
}
