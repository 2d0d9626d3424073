import { describeAccess } from '@liaison/testing';
import { AUDIT_LOG } from './service';

/** Who may call what: changed here only with the decision to change it. */
const EXPECTED: Record<string, readonly string[]> = {
  'GET /v1/books/:peer/received': ['operator'],
  'GET /v1/books/:peer/sent': ['operator'],
  'GET /v1/chains/:agency/:reference': ['operator'],
  'GET /v1/dead-letters': ['operator'],
  'GET /v1/dead-letters/:direction/:peer/:id': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard': ['operator'],
  'DELETE /v1/dead-letters/:direction/:peer/:id/discard-proposal': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard-proposal': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/redrive': ['operator'],
  'GET /v1/holes': ['operator'],
  'GET /v1/recipients': ['operator'],
  'POST /v1/recipients/:recipient/retry': ['operator'],
  'GET /v1/records': ['operator'],
  'GET /v1/records/:id': ['operator'],
  'GET /v1/unconfirmed-purges': ['operator'],
  'GET /v1/unpaired': ['operator'],
  'GET /v1/unreviewed-break-glass': ['operator'],
};

describeAccess({ service: AUDIT_LOG, agencyId: 'audit-log', unit: 'operations', expected: EXPECTED });
