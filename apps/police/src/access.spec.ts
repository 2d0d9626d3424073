import { agencyRoutes, describeAccess } from '@liaison/testing';
import { POLICE } from './service';

/** Who may call what: changed here only with the decision to change it. */
const UNIT = ['caseworker', 'officer', 'supervisor'];
const EXPECTED: Record<string, readonly string[]> = {
  ...agencyRoutes(UNIT),
  'GET /v1/breaches': ['caseworker', 'officer', 'supervisor'],
  'POST /v1/breaches/:agency/:breach/acknowledge': ['caseworker', 'officer', 'supervisor'],
  'GET /v1/notices': ['caseworker', 'officer', 'supervisor'],
  'POST /v1/notices': ['officer', 'supervisor'],
  'DELETE /v1/notices/:id': ['officer', 'supervisor'],
  'GET /v1/notices/:id': ['caseworker', 'officer', 'supervisor'],
  'PUT /v1/notices/:id': ['officer', 'supervisor'],
  'GET /v1/opinion-requests': ['caseworker', 'officer', 'supervisor'],
  'GET /v1/opinion-requests/:id': ['caseworker', 'officer', 'supervisor'],
  'POST /v1/opinion-requests/:id/refuse': ['officer', 'supervisor'],
  'GET /v1/partner-answers': UNIT,
  'GET /v1/partner-answers/:id': UNIT,
  'POST /v1/partner-answers/:id/note': UNIT,
  'GET /v1/referrals': UNIT,
  'POST /v1/referrals': ['officer', 'supervisor'],
  'GET /v1/referrals/:id': UNIT,
  'POST /v1/referrals/:id/send-again': ['officer', 'supervisor'],
  'GET /v1/operations': UNIT,
  'POST /v1/operations': ['officer', 'supervisor'],
  'GET /v1/operations/:id': UNIT,
  'POST /v1/operations/:id/call-off': ['officer', 'supervisor'],
  'GET /v1/notices/:id/deliveries': ['caseworker', 'officer', 'supervisor'],
  'GET /v1/notices/:id/history': ['caseworker', 'officer', 'supervisor'],
  'POST /v1/notices/:id/amend': ['officer', 'supervisor'],
  'POST /v1/notices/:id/consent': ['officer', 'supervisor'],
  'POST /v1/notices/:id/issue': ['officer', 'supervisor'],
  'POST /v1/notices/:id/move': ['officer', 'supervisor'],
  'POST /v1/notices/:id/preview': ['officer', 'supervisor'],
  'POST /v1/notices/:id/recall': ['officer', 'supervisor'],
  'POST /v1/notices/:id/withdraw': ['officer', 'supervisor'],
  'GET /v1/urgent-received': UNIT,
  'GET /v1/urgent-received/:id': UNIT,
  'POST /v1/urgent-received/:id/answer': ['officer', 'supervisor'],
  'POST /v1/urgent-received/:id/preview': ['officer', 'supervisor'],
  'POST /v1/urgent-received/:id/refuse': ['officer', 'supervisor'],
  'GET /v1/urgent-requests': UNIT,
  'POST /v1/urgent-requests': ['officer', 'supervisor'],
  'GET /v1/urgent-requests/:id': UNIT,
  'POST /v1/notices/:id/attachments': ['officer', 'supervisor'],
};

describeAccess({ service: POLICE, agencyId: 'police-75', unit: 'brp', expected: EXPECTED });
