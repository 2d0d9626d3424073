import type { Agency } from '@liaison/kernel';
import { SharedTables } from '../after-sharing/shared-tables';
import { receivedNoticeTable } from './received-notice-sources';

/** Of a service where nothing of its own hangs on a notice, and no duty rests on one. */
export class ReceivedNoticeShares extends SharedTables {
  protected readonly tables = [receivedNoticeTable()];

  constructor(agency: Agency) {
    super(agency);
  }

  protected lockCases(): Promise<void> {
    return Promise.resolve();
  }
}
