/**
 * Who may call what every agency's service has, for the tables of `describeAccess`: changed here only with the decision to
 * change it everywhere.
 * @param caseworkers roles of whoever works on cases in this service
 */
export const agencyRoutes = (caseworkers: readonly string[]): Record<string, readonly string[]> => ({
  'GET /v1/books/:peer/received': ['operator'],
  'GET /v1/books/:peer/sent': ['operator'],
  'GET /v1/break-glass-told': caseworkers,
  'POST /v1/break-glass-told/:agency/:id/note': caseworkers,
  'GET /v1/cases/:id/assignment': caseworkers,
  'POST /v1/cases/:id/assignment/hand-over': caseworkers,
  'GET /v1/cases/:id/assignment/history': caseworkers,
  'POST /v1/cases/:id/assignment/release': caseworkers,
  'POST /v1/cases/:id/assignment/take': caseworkers,
  'GET /v1/cases/:id/attachments': caseworkers,
  'GET /v1/cases/:id/attachments/:attachment/content': caseworkers,
  'GET /v1/cases/:id/consents': caseworkers,
  'POST /v1/cases/:id/consents': caseworkers,
  'GET /v1/cases/:id/export': caseworkers,
  'GET /v1/cases/:id/notes': caseworkers,
  'POST /v1/cases/:id/notes': caseworkers,
  'GET /v1/cases/:id/timeline': caseworkers,
  'GET /v1/changes': ['caseworker', 'desk', 'officer', 'supervisor'],
  'GET /v1/colleagues': caseworkers,
  'POST /v1/colleagues/:agent/hand-over': ['supervisor'],
  'GET /v1/contact-points': caseworkers,
  'GET /v1/dead-letters': ['operator'],
  'GET /v1/dead-letters/:direction/:peer/:id': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard-proposal': ['operator'],
  'DELETE /v1/dead-letters/:direction/:peer/:id/discard-proposal': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/redrive': ['operator'],
  'GET /v1/desk': caseworkers,
  'GET /v1/desk/filters': caseworkers,
  'PUT /v1/desk/filters/:name': caseworkers,
  'DELETE /v1/desk/filters/:name': caseworkers,
  'GET /v1/recipients': ['operator'],
  'POST /v1/recipients/:recipient/retry': ['operator'],
  'GET /v1/reference/:list': caseworkers,
  'GET /v1/search': caseworkers,
  'GET /v1/webhooks': ['operator'],
  'POST /v1/webhooks': ['operator'],
  'DELETE /v1/webhooks/:id': ['operator'],
  'POST /v1/webhooks/:id/pause': ['operator'],
  'POST /v1/webhooks/:id/resume': ['operator'],
  'POST /v1/webhooks/:id/rotate-secret': ['operator'],
  'POST /v1/webhooks/:id/test': ['operator'],
});

/**
 * The same of links between cases.
 * @param linkers roles of whoever says that two cases are one person
 */
export const linkRoutes = (linkers: readonly string[]): Record<string, readonly string[]> => ({
  'GET /v1/cases/:id/links': linkers,
  'POST /v1/cases/:id/links': linkers,
  'GET /v1/links/:id': linkers,
  'POST /v1/links/:id/confirm': linkers,
  'POST /v1/links/:id/refuse': linkers,
  'POST /v1/links/:id/undo': linkers,
});
