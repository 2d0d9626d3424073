import { ApiProperty } from '@nestjs/swagger';
import { Matches, MaxLength } from 'class-validator';
import { ID, INSTANT } from '../dto';

const FIELD = {
  example: 'exploitation.forms',
  maxLength: 200,
  description: 'Path of a field of the notice that your roles may read whole',
};
const PATH = /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$/;
const PATH_SAYS = { message: '$property must be the path of a field, such as exploitation.forms' };

export class MatchingNoticesQuery {
  @ApiProperty(FIELD)
  @MaxLength(200)
  @Matches(PATH, PATH_SAYS)
  field: string;

  @ApiProperty({ example: 'procuring', maxLength: 200, description: 'That the field, or an item of it, is' })
  @MaxLength(200)
  value: string;
}

export class CountNoticesQuery {
  @ApiProperty(FIELD)
  @MaxLength(200)
  @Matches(PATH, PATH_SAYS)
  field: string;
}

export class MatchingNotice {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'The case' })
  caseId: string;

  @ApiProperty(INSTANT)
  receivedAt: string;
}

export class MatchingNotices {
  @ApiProperty({ type: [MatchingNotice], description: 'Newest first, 200 at most' })
  items: readonly MatchingNotice[];
}

export class CountedValue {
  @ApiProperty({ example: 'procuring' })
  value: string;

  @ApiProperty({ example: 12, description: 'Cases of your unit' })
  cases: number;
}

export class NoticeCounts {
  @ApiProperty({ type: [CountedValue], description: 'The most frequent first, 200 at most' })
  items: readonly CountedValue[];
}
