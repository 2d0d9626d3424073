import { describeAccess } from '@liaison/testing';
import { POLICE } from './service';

/** Who may call what: changed here only with the decision to change it. */
const UNIT = ['caseworker', 'officer', 'supervisor'];
const EXPECTED: Record<string, readonly string[]> = {
  'GET /v1/books/:peer/received': ['operator'],
  'GET /v1/books/:peer/sent': ['operator'],
  'GET /v1/breaches': ['caseworker', 'officer', 'supervisor'],
  'DELETE /v1/dead-letters/:direction/:peer/:id/discard-proposal': ['operator'],
  'GET /v1/changes': ['caseworker', 'desk', 'officer', 'supervisor'],
  'GET /v1/cases/:id/assignment': UNIT,
  'POST /v1/cases/:id/assignment/hand-over': UNIT,
  'GET /v1/cases/:id/assignment/history': UNIT,
  'POST /v1/cases/:id/assignment/release': UNIT,
  'POST /v1/cases/:id/assignment/take': UNIT,
  'GET /v1/cases/:id/notes': UNIT,
  'POST /v1/cases/:id/notes': UNIT,
  'GET /v1/colleagues': UNIT,
  'POST /v1/colleagues/:agent/hand-over': ['supervisor'],
  'GET /v1/dead-letters': ['operator'],
  'GET /v1/dead-letters/:direction/:peer/:id': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard-proposal': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/redrive': ['operator'],
  'GET /v1/notices': ['caseworker', 'officer', 'supervisor'],
  'POST /v1/notices': ['officer', 'supervisor'],
  'DELETE /v1/notices/:id': ['officer', 'supervisor'],
  'GET /v1/notices/:id': ['caseworker', 'officer', 'supervisor'],
  'PUT /v1/notices/:id': ['officer', 'supervisor'],
  'GET /v1/recipients': ['operator'],
  'GET /v1/reference/:list': UNIT,
  'POST /v1/recipients/:recipient/retry': ['operator'],
  'GET /v1/notices/:id/deliveries': ['caseworker', 'officer', 'supervisor'],
  'GET /v1/notices/:id/history': ['caseworker', 'officer', 'supervisor'],
  'POST /v1/notices/:id/amend': ['officer', 'supervisor'],
  'POST /v1/notices/:id/issue': ['officer', 'supervisor'],
  'POST /v1/notices/:id/move': ['officer', 'supervisor'],
  'POST /v1/notices/:id/preview': ['officer', 'supervisor'],
  'POST /v1/notices/:id/recall': ['officer', 'supervisor'],
  'POST /v1/notices/:id/withdraw': ['officer', 'supervisor'],
};

describeAccess({ service: POLICE, agencyId: 'police-75', unit: 'brp', expected: EXPECTED });
