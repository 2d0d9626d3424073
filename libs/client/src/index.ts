import { AgencyClient } from './agency-client';
import * as ase from './generated/ase';
import * as association from './generated/association';
import * as auditLog from './generated/audit-log';
import * as partner from './generated/partner';
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
export type AssociationSchemas = association.components['schemas'];
export type AseSchemas = ase.components['schemas'];
export type PartnerSchemas = partner.components['schemas'];
export type AuditLogSchemas = auditLog.components['schemas'];

export type PoliceClient = AgencyClient<police.paths>;
export type PrefectureClient = AgencyClient<prefecture.paths>;
export type AssociationClient = AgencyClient<association.paths>;
export type AseClient = AgencyClient<ase.paths>;
export type PartnerClient = AgencyClient<partner.paths>;
export type AuditLogClient = LiaisonClient<auditLog.paths>;

/** The service of an investigating agency. */
export function policeClient(options: ClientOptions): PoliceClient {
  return new AgencyClient<police.paths>(options, police.keyed);
}

/** The service of a préfecture. */
export function prefectureClient(options: ClientOptions): PrefectureClient {
  return new AgencyClient<prefecture.paths>(options, prefecture.keyed);
}

/** The service of an association. */
export function associationClient(options: ClientOptions): AssociationClient {
  return new AgencyClient<association.paths>(options, association.keyed);
}

/** The service of child protection (ASE). */
export function aseClient(options: ClientOptions): AseClient {
  return new AgencyClient<ase.paths>(options, ase.keyed);
}

/** The service of any other agency, such as a parquet. */
export function partnerClient(options: ClientOptions): PartnerClient {
  return new AgencyClient<partner.paths>(options, partner.keyed);
}

/** The operators’ service. */
export function auditLogClient(options: ClientOptions): AuditLogClient {
  return new LiaisonClient<auditLog.paths>(options, auditLog.keyed);
}
