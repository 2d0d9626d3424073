import { describeAccess } from '@liaison/testing';
import { PREFECTURE } from './service';

/** Who may call what: changed here only with the decision to change it. */
const DESK = ['caseworker', 'desk', 'supervisor'];
const DECIDERS = ['desk', 'supervisor'];
const EXPECTED: Record<string, readonly string[]> = {
  'GET /v1/agdref-extracts': DECIDERS,
  'POST /v1/agdref-extracts': DECIDERS,
  'GET /v1/agdref-extracts/:id/content': DECIDERS,
  'POST /v1/agdref-extracts/:id/hand-over': DECIDERS,
  'POST /v1/agdref-extracts/:id/refuse': DECIDERS,
  'GET /v1/books/:peer/received': ['operator'],
  'GET /v1/books/:peer/sent': ['operator'],
  'DELETE /v1/dead-letters/:direction/:peer/:id/discard-proposal': ['operator'],
  'GET /v1/changes': ['caseworker', 'desk', 'officer', 'supervisor'],
  'GET /v1/dead-letters': ['operator'],
  'GET /v1/dead-letters/:direction/:peer/:id': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard-proposal': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/redrive': ['operator'],
  'GET /v1/notices': DESK,
  'GET /v1/notices/:id': DESK,
  'POST /v1/notices/:id/acknowledge': DECIDERS,
  'GET /v1/notices/:id/deliveries': DESK,
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
  'GET /v1/recipients': ['operator'],
  'POST /v1/recipients/:recipient/retry': ['operator'],
  'GET /v1/reflection-periods': DESK,
  'POST /v1/reflection-periods': DECIDERS,
  'GET /v1/reflection-periods/:id': DESK,
  // Whoever learns of a breach may say so.
  'POST /v1/reflection-periods/:id/breaches': DESK,
  'POST /v1/reflection-periods/:id/breaches/:breach/remedy': DECIDERS,
  'POST /v1/reflection-periods/:id/end': DECIDERS,
  'GET /v1/reflection-periods/:id/information': DESK,
  'GET /v1/reflection-periods/:id/receipt': DESK,
  'GET /v1/reflection-periods/counts': DECIDERS,
  'GET /v1/statistics/permits': DECIDERS,
  'GET /v1/statistics/permits/released': ['supervisor'],
};

describeAccess({ service: PREFECTURE, agencyId: 'prefecture-75', unit: 'desk', expected: EXPECTED });
