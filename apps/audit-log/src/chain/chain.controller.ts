import { AppError } from '@liaison/kernel';
import { AllowRoles, ApiProblems, CurrentIdentity, type Identity, UuidParam } from '@liaison/platform';
import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { itemOf } from '../record/record-item';
import { StoredRecord } from '../record/record.entity';
import { SearchTrail } from '../record/search-trail';
import { chainOf } from './chain';
import { ChainView } from './chain.dto';

/** Pairing needs a case's records at once; no case has nearly so many. */
const MOST = 2000;

/** One case across both agencies. */
@ApiTags('chains')
@AllowRoles('operator')
@Controller('v1/chains')
export class ChainController {
  constructor(private readonly trail: SearchTrail) {}

  @Get(':agency/:reference')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'What an agency and the other side of one case recorded, disclosures paired with receipts',
  })
  @ApiParam({ name: 'agency', example: 'police-75' })
  @ApiOkResponse({ description: 'Empty lists where the log knows nothing', type: ChainView })
  @ApiProblems({ 400: ['invalid-request'] })
  async show(
    @CurrentIdentity() identity: Identity,
    @Param('agency') agency: string,
    @UuidParam('reference') reference: string,
  ): Promise<ChainView> {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(agency) || agency.length > 63) {
      throw new AppError('invalid-request', 'Name an agency.', {
        fields: { agency: 'must be an id of the directory' },
      });
    }
    const looked = { filters: ['agency', 'reference'], agency, reference: reference.toLowerCase() };
    const { rows, now } = await this.trail.recorded(identity, looked, async (manager, at) => ({
      rows: await manager.find(StoredRecord, {
        where: [
          { reference, agency },
          { reference, counterpart: agency },
        ],
        order: { position: 'DESC' },
        take: MOST + 1,
      }),
      now: at,
    }));
    const items = rows.slice(0, MOST).map(itemOf);
    return { agency, reference, ...chainOf(items, now), truncated: rows.length > MOST };
  }
}
