import { PageQuery } from '@liaison/platform';
import { ApiProperty } from '@nestjs/swagger';
import { Matches, MaxLength } from 'class-validator';
import { PersonSummary } from '../cases/person';
import { ID, LINE } from '../dto';

export class SearchQuery extends PageQuery {
  @ApiProperty({
    maxLength: 200,
    example: 'osagie 14/06/2001',
    description:
      'Words of names in any order, script and spelling of accents; birth dates, or their beginning; numbers of documents and files. Each has to be found',
  })
  @MaxLength(200)
  @Matches(LINE, { message: '$property must be one line of text' })
  q: string;
}

export class FoundCase {
  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'The case: `/v1/cases/{id}`; null where it is of none yet',
  })
  caseId: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Where to read what belongs to no case yet: an order of a judge, until it is obeyed',
  })
  path: string | null;

  @ApiProperty({ type: PersonSummary })
  person: PersonSummary;

  @ApiProperty({
    type: [String],
    example: ['civilStatus.declared.familyName'],
    description: 'Fields in which a word was found, of those that you may read',
  })
  matched: readonly string[];
}

export class SearchPage {
  @ApiProperty({ type: [FoundCase], description: 'Newest case first' })
  items: readonly FoundCase[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}
