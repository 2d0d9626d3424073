import { agencyRoutes, describeAccess, linkRoutes, receivedNoticeRoutes } from '@liaison/testing';
import { PARTNER } from './service';

/** Who may call what: changed here only with the decision to change it. */
const UNIT = ['caseworker', 'supervisor'];
const EXPECTED: Record<string, readonly string[]> = {
  ...agencyRoutes(UNIT),
  ...linkRoutes(UNIT),
  ...receivedNoticeRoutes(UNIT, UNIT),
  'GET /v1/received-referrals': UNIT,
  'GET /v1/received-referrals/:id': UNIT,
  'POST /v1/received-referrals/:id/acknowledge': UNIT,
  'GET /v1/answer-choices': UNIT,
  'GET /v1/cases/:id/answers': UNIT,
  'POST /v1/cases/:id/answers': UNIT,
  'GET /v1/placement-orders': UNIT,
  'POST /v1/placement-orders': UNIT,
  'POST /v1/placement-orders/:id/lift': UNIT,
  'GET /v1/competence-arbitrations': UNIT,
  'GET /v1/competence-arbitrations/:id': UNIT,
  'POST /v1/competence-arbitrations/:id/decide': UNIT,
  'POST /v1/competence-arbitrations/:id/leave-undecided': UNIT,
};

describeAccess({ service: PARTNER, agencyId: 'parquet-75', unit: 'mineurs', expected: EXPECTED });
