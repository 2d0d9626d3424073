import { AUDIT_RECORDED, AUDIT_RECORDED_V2 } from '@liaison/contracts';
import {
  AllowRoles,
  CurrentIdentity,
  type Identity,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DataSource } from 'typeorm';
import { NumberReport, NumberReports } from './holes.dto';

/** Whether the log is whole, as far as numbers can tell. Counts, not contents: nothing to record. */
@ApiTags('holes')
@AllowRoles('operator')
@Controller('v1/holes')
export class HolesController {
  constructor(@Inject(SERVE_DATABASE) private readonly database: DataSource) {}

  @Get()
  @ApiOperation({
    summary: 'Per agency and epoch: the highest number, what is missing, refused or claimed twice',
  })
  @ApiOkResponse({ description: 'Every agency that the log has heard of', type: NumberReports })
  async report(@CurrentIdentity() identity: Identity): Promise<NumberReports> {
    const items = await serveTransaction(this.database, identity, (manager) =>
      manager.query<NumberReport[]>(REPORT, [AUDIT_RECORDED, AUDIT_RECORDED_V2]),
    );
    return { items };
  }
}

/**
 * `claim`: every number that some message claimed; after a restore of its author a record may have one in each epoch. A record alone that was parked came, so it is refused and not missing.
 * What a parked message of several holds is sealed: it is refused as a whole, and its numbers are missing as well.
 */
const REPORT = `
WITH parked AS (
  SELECT source AS agency, epoch, CASE WHEN type = $1 THEN sequence END AS number, id, reason, received_at
    FROM messaging.inbox WHERE state = 'parked' AND type IN ($1, $2) AND sequence IS NOT NULL
), claim AS (
  SELECT agency, epoch, number, record_id::text AS id FROM audit_log.record
  UNION SELECT agency, epoch, number, record_id::text FROM audit_log.renumbering
  UNION SELECT agency, epoch, number, id FROM parked WHERE number IS NOT NULL
), author AS (
  SELECT agency, epoch FROM audit_log.record
  UNION SELECT agency, epoch FROM audit_log.renumbering UNION SELECT agency, epoch FROM parked
), number AS (
  SELECT agency, epoch, number, array_agg(id ORDER BY id) AS ids,
         lag(number, 1, 0) OVER (PARTITION BY agency, epoch ORDER BY number) AS previous
    FROM claim GROUP BY agency, epoch, number
), refused AS (
  SELECT agency, epoch, json_agg(json_build_object('number', number, 'id', id, 'reason', reason,
           'receivedAt', to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
           ORDER BY number, id) AS list
    FROM parked GROUP BY agency, epoch
), appended AS (
  SELECT agency, epoch, count(*)::int AS count FROM audit_log.record GROUP BY agency, epoch
)
SELECT w.agency, w.epoch, coalesce(max(n.number), 0) AS highest, coalesce(max(a.count), 0) AS count,
       coalesce(json_agg(json_build_object('from', n.previous + 1, 'to', n.number - 1) ORDER BY n.number)
                  FILTER (WHERE n.number > n.previous + 1), '[]') AS missing,
       coalesce((SELECT r.list FROM refused r WHERE r.agency = w.agency AND r.epoch = w.epoch), '[]') AS refused,
       coalesce(json_agg(json_build_object('number', n.number, 'ids', n.ids) ORDER BY n.number)
                  FILTER (WHERE cardinality(n.ids) > 1), '[]') AS duplicates
  FROM author w LEFT JOIN number n USING (agency, epoch) LEFT JOIN appended a USING (agency, epoch)
 GROUP BY w.agency, w.epoch ORDER BY w.agency, w.epoch`;
