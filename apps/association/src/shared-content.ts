import {
  AGENCY,
  FLIGHT_SHARED_TABLES,
  PARTNER_ANSWER_SHARED_TABLES,
  receivedNoticeTable,
  SharedTables,
} from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';

/** What others shared with an association: notices, what they answered, that a child is gone. No duty of its own rests on that. */
@Injectable()
export class AssociationSharedContent extends SharedTables {
  protected readonly tables = [
    receivedNoticeTable(),
    ...PARTNER_ANSWER_SHARED_TABLES,
    ...FLIGHT_SHARED_TABLES,
  ];

  constructor(@Inject(AGENCY) agency: Agency) {
    super(agency);
  }

  protected lockCases(): Promise<void> {
    return Promise.resolve();
  }
}
