import { topicManifest } from '@liaison/contracts';
import { AppError, type Directory } from '@liaison/kernel';
import { type AccessControl, type AclEntry, aclsOfKind } from './acls';
import type { Broker } from './broker';
import { EmbeddedBroker } from './embedded-broker';
import { KafkaBroker } from './kafka-broker';

/** How to reach a broker as its administrator, and as whom each agency comes. */
export type BrokerAdministration =
  | {
      readonly kind: 'embedded';
      readonly adminUrl: string;
      /** By agency id, which is the role's name too. */
      readonly urls: ReadonlyMap<string, string>;
    }
  | {
      readonly kind: 'kafka';
      readonly brokers: readonly string[];
      readonly admin: { readonly username: string; readonly password: string };
      /** By agency id. */
      readonly users: ReadonlyMap<string, { readonly username: string }>;
      /** TLS, with this authority behind the brokers. */
      readonly ssl?: { readonly ca: string };
    };

/**
 * Creates every topic that the directory's agencies need, and lets each user of the broker do what its agency may and
 * nothing else. Idempotent.
 * @throws AppError `agency-unknown`
 */
export async function prepareBroker(
  administration: BrokerAdministration,
  directory: Directory,
  clientId: string,
): Promise<void> {
  if (administration.kind === 'embedded') await EmbeddedBroker.install(administration.adminUrl);
  const broker = administratorOf(administration, clientId);
  await broker.connect();
  try {
    await broker.createTopics(topicManifest(directory));
    await broker.applyAcls(aclsOf(administration, directory));
  } finally {
    await broker.disconnect();
  }
}

/** The broker as its administrator; not connected yet. */
export function administratorOf(
  administration: BrokerAdministration,
  clientId: string,
): Broker & AccessControl {
  if (administration.kind === 'embedded') {
    return new EmbeddedBroker({ url: administration.adminUrl, clientId });
  }
  const { brokers, admin, ssl } = administration;
  return new KafkaBroker({ brokers, clientId, ...admin, ...(ssl && { ssl }) });
}

/** The administrator needs no rules: where an agency comes as the administrator, there is nothing to allow or deny. */
function aclsOf(administration: BrokerAdministration, directory: Directory): AclEntry[] {
  const usernames =
    administration.kind === 'embedded'
      ? [...administration.urls.keys()].map((agency) => [agency, agency] as const)
      : [...administration.users]
          .filter(([, { username }]) => username !== administration.admin.username)
          .map(([agency, { username }]) => [agency, username] as const);
  return usernames.flatMap(([agency, username]) => aclsFor(directory, agency, username));
}

function aclsFor(directory: Directory, id: string, username: string): AclEntry[] {
  const agency = directory.findAgency(id);
  if (!agency)
    throw new AppError('agency-unknown', `The directory has no agency ${id}. Add it, or remove its service.`);
  return aclsOfKind(agency.kind, id, username);
}
