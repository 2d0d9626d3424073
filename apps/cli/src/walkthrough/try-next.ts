import { demoSecret } from '@liaison/local-stack';
import type { Addresses } from './cast';
import { SHORT_NOTICE } from './story';

/** What there is to look at with the commands. */
export interface Shown {
  /** At the sender. */
  readonly noticeId: string;
  /** At the recipient. */
  readonly receivedId: string;
  readonly sender: string;
  readonly reference: string;
}

/**
 * Lines for a shell (sh, bash, zsh; with curl), to be pasted in this order: together or one by one, and again.
 * The secrets are those of the demonstration accounts.
 */
export function commandLines(
  { issuer, police, prefecture, auditLog }: Addresses,
  { noticeId, receivedId, sender, reference }: Shown,
): string[] {
  return [
    `token() { curl -sS -u "$1:${demoSecret('$1')}" -d grant_type=client_credentials ${issuer}/token \\`,
    `  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'; }`,
    'as() { who=$1; shift; curl -sS -H "Authorization: Bearer $(token "$who")" "$@"; echo; }',
    `police=${police} prefecture=${prefecture} log=${auditLog}`,
    '',
    '# the brigade: its notices, one of them, what became of it',
    'as officer-brp "$police/v1/notices?limit=5"',
    `as officer-brp "$police/v1/notices/${noticeId}"`,
    `as officer-brp "$police/v1/notices/${noticeId}/deliveries"`,
    '# it writes and sends another one',
    'as officer-brp "$police/v1/notices" -H "Idempotency-Key: $(date +%s)" -H "Content-Type: application/json" \\',
    `  -d '{"state":"issued","content":`,
    `  ${JSON.stringify(SHORT_NOTICE)}}'`,
    '',
    '# the préfecture: that notice as two roles read it; what is new, once it has come, acknowledged',
    `as desk-75 "$prefecture/v1/notices/${receivedId}"`,
    `as caseworker-75 "$prefecture/v1/notices/${receivedId}"`,
    'sleep 1; as desk-75 "$prefecture/v1/notices?state=new"',
    `new=$(as desk-75 "$prefecture/v1/notices?state=new&limit=1" | grep -o '"id":"[^"]*' | cut -d '"' -f 4)`,
    'as desk-75 "$prefecture/v1/notices/$new"',
    'as desk-75 "$prefecture/v1/notices/$new/acknowledge" -X POST -H "Idempotency-Key: $new"',
    '',
    '# the audit log: the last records, refusals, both sides of one case, holes in the numbers',
    'as operator-audit "$log/v1/records?limit=5"',
    `as operator-audit "$log/v1/records?agency=${sender}&kind=refusal"`,
    `as operator-audit "$log/v1/chains/${sender}/${reference}"`,
    'as operator-audit "$log/v1/holes"',
  ];
}
