import { AgencyClient } from './agency-client';
import * as auditLog from './generated/audit-log';
import * as police from './generated/police';
import * as prefecture from './generated/prefecture';
import { type ClientOptions, LiaisonClient } from './liaison-client';

export type { AgencyClient, ChangePage, FollowOptions } from './agency-client';
export type { Answer, ClientOptions, LiaisonClient } from './liaison-client';
export { LiaisonProblem, LiaisonUnreachable, type ProblemCode, type ProblemField } from './problem';
export type { Retries } from './retrying';

/** What the services take and answer with, by name: `PoliceSchemas['NoticeView']`. */
export type PoliceSchemas = police.components['schemas'];
export type PrefectureSchemas = prefecture.components['schemas'];
export type AuditLogSchemas = auditLog.components['schemas'];

export type PoliceClient = AgencyClient<police.paths>;
export type PrefectureClient = AgencyClient<prefecture.paths>;
export type AuditLogClient = LiaisonClient<auditLog.paths>;

/** The service of an investigating agency. */
export function policeClient(options: ClientOptions): PoliceClient {
  return new AgencyClient<police.paths>(options, police.keyed);
}

/** The service of a préfecture. */
export function prefectureClient(options: ClientOptions): PrefectureClient {
  return new AgencyClient<prefecture.paths>(options, prefecture.keyed);
}

/** The operators’ service. */
export function auditLogClient(options: ClientOptions): AuditLogClient {
  return new LiaisonClient<auditLog.paths>(options, auditLog.keyed);
}
