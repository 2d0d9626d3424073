/**
 * What somebody has to look at now, at three in the morning too, by kind of record: what the change feed says of it, as
 * `<resource>/<kind>`. Everything else waits until somebody opens the desk.
 */
export const URGENT_CHANGES: readonly string[] = [
  'breach/reported',
  'flight/overdue',
  'flight/unacknowledged',
  'placement-order/received',
  'received-flight/overdue',
  'received-flight/reported',
  'received-flight/unacknowledged',
  'received-operation/received',
  'received-referral/overdue',
  'received-referral/received',
  'referral/overdue',
  'referral/stopped',
  'reflection-period/breached',
  'urgent-received/asked',
  'urgent-received/overdue',
  'urgent-received/taken-back',
  'urgent-request/answered',
  'urgent-request/overdue',
];
