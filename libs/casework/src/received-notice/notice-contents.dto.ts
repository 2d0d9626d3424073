import { ApiProperty } from '@nestjs/swagger';
import { ContentsIds, ContentsLimit, USUAL_CONTENTS } from '../query/contents';
import { ListNoticesQuery, NoticeView } from './notice.dto';

export class NoticeContentsQuery extends ListNoticesQuery {
  @ContentsLimit()
  override limit: number = USUAL_CONTENTS;

  @ContentsIds()
  id?: readonly string[];
}

export class NoticeContents {
  @ApiProperty({
    type: [NoticeView],
    description:
      'Without those that were recalled or purged and those that your roles do not read: may be shorter than `limit`',
  })
  items: readonly NoticeView[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: '`cursor` of the next page, also where this one is empty; null on the last',
  })
  next: string | null;
}
