import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { ID, INSTANT, VERSION } from '../dto';
import { AGENCY, DirectoryId } from '../urgent-request/exchange.dto';
import { LINK_STATES, type LinkState, type Says } from './link';

const SAYS = ['same', 'not-same'] as const;

export class ProposeLinkBody {
  @ApiProperty({
    ...ID,
    example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b77',
    description: 'The other case of your unit',
  })
  @IsUUID()
  other: string;

  @ApiProperty({ ...AGENCY, description: 'With whom you exchange about both' })
  @DirectoryId('an agency')
  agency: string;
}

export class OwnWordView {
  @ApiProperty({ enum: SAYS, example: 'same' })
  says: Says;

  @ApiProperty(INSTANT)
  at: string;

  @ApiProperty({ type: String, nullable: true, example: 'delivered', description: 'How far it has come' })
  state: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it did not leave' })
  reason: string | null;
}

export class TheirWordView {
  @ApiProperty({ enum: SAYS, example: 'same' })
  says: Says;

  @ApiProperty(INSTANT)
  at: string;
}

/** That two cases are one person, as your agency and another say. */
export class LinkView {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ example: 'prefecture-75' })
  agency: string;

  @ApiProperty({
    type: [String],
    format: 'uuid',
    description: 'Your two cases: `/v1/cases/{id}/timeline`',
    example: ['01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20', '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b77'],
  })
  cases: readonly string[];

  @ApiProperty({
    enum: LINK_STATES,
    example: 'linked',
    description: '`linked` once both say so; `ended` once one does not',
  })
  state: LinkState;

  @ApiProperty({ example: 1, description: 'Whoever proposes it anew after its end begins the next' })
  round: number;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({ type: OwnWordView, nullable: true, description: 'The last of your agency that stands' })
  mine: OwnWordView | null;

  @ApiProperty({ type: TheirWordView, nullable: true, description: 'The last of the other that stands' })
  theirs: TheirWordView | null;
}

export class LinkList {
  @ApiProperty({ type: [LinkView], description: 'Newest first, 200 at most' })
  items: readonly LinkView[];
}
