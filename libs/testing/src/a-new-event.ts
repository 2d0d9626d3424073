import { NOTICE_ACKNOWLEDGED, type NoticeAcknowledgedV1 } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import type { NewEvent } from '@liaison/messaging';
import { randomUUID } from 'node:crypto';

/** The smallest event there is, for tests of how events travel: which one it is stands in `recipientVersion`. */
export const aNewEvent = (recipient: Agency, recipientVersion: number): NewEvent => ({
  type: NOTICE_ACKNOWLEDGED,
  document: {
    acknowledgedAt: '2026-03-02T10:00:00.000Z',
    role: 'desk',
    recipientVersion,
  } satisfies NoticeAcknowledgedV1,
  purpose: 'residence-of-victims',
  unit: 'brp',
  correlationId: randomUUID(),
  decidedAt: new Date(),
  recipients: [{ agency: recipient }],
});
