import { agencyRoutes, describeAccess, linkRoutes, receivedNoticeRoutes } from '@liaison/testing';
import { PREFECTURE } from './service';

/** Who may call what: changed here only with the decision to change it. */
const DESK = ['caseworker', 'desk', 'supervisor'];
const DECIDERS = ['desk', 'supervisor'];
const EXPECTED: Record<string, readonly string[]> = {
  ...agencyRoutes(DESK),
  // The convention lets the desk read nothing of them.
  ...linkRoutes(['caseworker', 'supervisor']),
  ...receivedNoticeRoutes(DESK, DECIDERS),
  'GET /v1/agdref-extracts': DECIDERS,
  'POST /v1/agdref-extracts': DECIDERS,
  'GET /v1/agdref-extracts/:id/content': DECIDERS,
  'POST /v1/agdref-extracts/:id/hand-over': DECIDERS,
  'POST /v1/agdref-extracts/:id/refuse': DECIDERS,
  'GET /v1/break-glass': DESK,
  'GET /v1/break-glass/:id': DESK,
  'POST /v1/break-glass/:id/end': DESK,
  'POST /v1/break-glass/:id/review': ['supervisor'],
  // A supervisor reviews what others open.
  'POST /v1/cases/:id/break-glass': ['caseworker', 'desk'],
  'GET /v1/cases/:id/steps': DESK,
  // The convention lets the desk read nothing of them.
  'GET /v1/received-support-reports': ['caseworker', 'supervisor'],
  'GET /v1/received-support-reports/:id': ['caseworker', 'supervisor'],
  'POST /v1/received-support-reports/:id/link': ['caseworker', 'supervisor'],
  'POST /v1/received-support-reports/:id/note': ['caseworker', 'supervisor'],
  'POST /v1/received-support-reports/:id/unlink': ['caseworker', 'supervisor'],
  'GET /v1/opinion-requests': DESK,
  'POST /v1/opinion-requests': DECIDERS,
  'GET /v1/opinion-requests/:id': DESK,
  'POST /v1/opinion-requests/:id/withdraw': DECIDERS,
  'GET /v1/permits': DESK,
  'POST /v1/permits': DECIDERS,
  'GET /v1/permits/:id': DESK,
  'POST /v1/permits/:id/abandon': DECIDERS,
  'POST /v1/permits/:id/appeal': DECIDERS,
  'POST /v1/permits/:id/appeal-decision': DECIDERS,
  'POST /v1/permits/:id/grant': DECIDERS,
  'POST /v1/permits/:id/proceedings': DECIDERS,
  'GET /v1/permits/:id/proposals': DESK,
  'POST /v1/permits/:id/refuse': DECIDERS,
  'PUT /v1/permits/:id/situation': DECIDERS,
  'POST /v1/permits/:id/withdraw': DECIDERS,
  'GET /v1/reflection-periods': DESK,
  'POST /v1/reflection-periods': DECIDERS,
  'GET /v1/reflection-periods/:id': DESK,
  // Whoever learns of a breach may say so.
  'POST /v1/reflection-periods/:id/breaches': DESK,
  'POST /v1/reflection-periods/:id/breaches/:breach/remedy': DECIDERS,
  'POST /v1/reflection-periods/:id/breaches/:breach/void': DECIDERS,
  'POST /v1/reflection-periods/:id/end': DECIDERS,
  'GET /v1/reflection-periods/:id/information': DESK,
  'GET /v1/reflection-periods/:id/receipt': DESK,
  'GET /v1/reflection-periods/counts': DECIDERS,
  'GET /v1/statistics/permits': DECIDERS,
  'GET /v1/statistics/permits/released': ['supervisor'],
  'GET /v1/urgent-received': DESK,
  'GET /v1/urgent-received/:id': DESK,
  'POST /v1/urgent-received/:id/answer': DECIDERS,
  'POST /v1/urgent-received/:id/preview': DECIDERS,
  'POST /v1/urgent-received/:id/refuse': DECIDERS,
  'GET /v1/urgent-requests': DESK,
  'POST /v1/urgent-requests': DECIDERS,
  'GET /v1/urgent-requests/:id': DESK,
  'POST /v1/urgent-requests/:id/withdraw': DECIDERS,
};

describeAccess({ service: PREFECTURE, agencyId: 'prefecture-75', unit: 'desk', expected: EXPECTED });
