import { agencyRoutes, describeAccess, receivedNoticeRoutes } from '@liaison/testing';
import { ASE } from './service';

/** Who may call what: changed here only with the decision to change it. */
const UNIT = ['caseworker', 'supervisor'];
const EXPECTED: Record<string, readonly string[]> = {
  ...agencyRoutes(UNIT),
  'GET /v1/flights': UNIT,
  'POST /v1/flights': UNIT,
  'POST /v1/flights/notice': UNIT,
  'GET /v1/flights/:id': UNIT,
  'POST /v1/flights/:id/end': UNIT,
  'GET /v1/received-flights': UNIT,
  'GET /v1/received-flights/:id': UNIT,
  'POST /v1/received-flights/:id/found': UNIT,
  ...receivedNoticeRoutes(UNIT, UNIT),
  'GET /v1/placement-requests': UNIT,
  'GET /v1/placement-requests/:id': UNIT,
  'GET /v1/placement-requests/:id/places': UNIT,
  'POST /v1/placement-requests': UNIT,
  'POST /v1/placement-requests/:id/offers': UNIT,
  'POST /v1/placement-requests/:id/offers/:offer/withdraw': UNIT,
  'POST /v1/placement-requests/:id/withdraw': UNIT,
  'GET /v1/places': UNIT,
  'GET /v1/competence-conflicts': UNIT,
  'POST /v1/competence-conflicts': UNIT,
  'GET /v1/competence-conflicts/:id': UNIT,
  'POST /v1/competence-conflicts/:id/escalate': UNIT,
  'POST /v1/competence-conflicts/:id/obey-order': UNIT,
  'POST /v1/competence-conflicts/:id/withdraw': UNIT,
  'POST /v1/competence-conflicts/:id/hand-over': UNIT,
  'GET /v1/competence-claims': UNIT,
  'GET /v1/competence-claims/:id': UNIT,
  'POST /v1/competence-claims/:id/answer': UNIT,
  'POST /v1/competence-claims/:id/take-over': UNIT,
  'POST /v1/provisional-shelters': UNIT,
  'POST /v1/provisional-shelters/:id/extend': UNIT,
  'POST /v1/provisional-shelters/:id/end': UNIT,
  'GET /v1/received-referrals': UNIT,
  'GET /v1/received-referrals/:id': UNIT,
  'POST /v1/received-referrals/:id/acknowledge': UNIT,
  'GET /v1/received-operations': UNIT,
  'GET /v1/received-operations/:id': UNIT,
  'POST /v1/received-operations/:id/acknowledge': UNIT,
};

describeAccess({ service: ASE, agencyId: 'ase-75', unit: 'mna', expected: EXPECTED });
