import { agencyRoutes, describeAccess } from '@liaison/testing';
import { ASSOCIATION } from './service';

/** Who may call what: changed here only with the decision to change it. */
const UNIT = ['caseworker', 'supervisor'];
const EXPECTED: Record<string, readonly string[]> = {
  ...agencyRoutes(UNIT),
  'GET /v1/placement-offers': UNIT,
  'GET /v1/placement-offers/:id': UNIT,
  'POST /v1/placement-offers/:id/accept': UNIT,
  'POST /v1/placement-offers/:id/decline': UNIT,
  'GET /v1/network-places': UNIT,
  'GET /v1/orientation-requests': UNIT,
  'POST /v1/orientation-requests': UNIT,
  'GET /v1/orientation-requests/:id': UNIT,
  'POST /v1/orientation-requests/:id/withdraw-consent': UNIT,
  'GET /v1/orientations': UNIT,
  'GET /v1/orientations/:id': UNIT,
  'POST /v1/orientations/:id/admit': UNIT,
  'POST /v1/orientations/:id/close': UNIT,
  'POST /v1/orientations/:id/consents': UNIT,
  'POST /v1/orientations/:id/evaluate': UNIT,
  'POST /v1/orientations/:id/follow-up': UNIT,
  'POST /v1/orientations/:id/proposals': UNIT,
  'POST /v1/orientations/:id/proposals/:proposal/person-accepts': UNIT,
  'POST /v1/orientations/:id/proposals/:proposal/person-declines': UNIT,
  'POST /v1/orientations/:id/withdraw-consent': UNIT,
  'GET /v1/statistics/orientations': UNIT,
  'GET /v1/statistics/orientations/released': ['supervisor'],
  'GET /v1/places': UNIT,
  'GET /v1/places/:id': UNIT,
  'POST /v1/places': UNIT,
  'POST /v1/places/:id/close': UNIT,
  'PUT /v1/places/:id': UNIT,
  'GET /v1/referrals': UNIT,
  'POST /v1/referrals': UNIT,
  'GET /v1/referrals/:id': UNIT,
  'POST /v1/referrals/:id/send-again': UNIT,
  'GET /v1/partner-answers': UNIT,
  'GET /v1/partner-answers/:id': UNIT,
  'POST /v1/partner-answers/:id/note': UNIT,
  'GET /v1/received-operations': UNIT,
  'GET /v1/received-operations/:id': UNIT,
  'POST /v1/received-operations/:id/acknowledge': UNIT,
};

describeAccess({ service: ASSOCIATION, agencyId: 'asso-refuge', unit: 'maraude', expected: EXPECTED });
