import type { Page } from '../answers';
import type { Caller } from '../caller';
import { claim, claimEqual } from '../claim';
import { pollFor } from '../poll';
import { act, type Acted } from '../act';
import type { ChildCast } from './child-cast';
import { CLAIM } from './child-story';

interface OfConflict extends Acted {
  readonly conflict: string;
}

interface HandedOver extends Acted {
  readonly documents: number;
  readonly keptBack: number;
}

export interface CompetenceShown {
  /** Last day of the provisional shelter, which waits for nobody. */
  readonly shelteredUntil: string;
  readonly refusal: string;
  readonly decidedBy: string;
  readonly competent: string;
  readonly documents: number;
  /** What of the file the other département does not get. */
  readonly withheld: readonly string[];
}

const CONFLICTS = '/v1/competence-conflicts';
const CLAIMS = '/v1/competence-claims';
const ARBITRATIONS = '/v1/competence-arbitrations';
const REFUSAL = 'offence';

/**
 * The child is sheltered at once. The other département refuses to be competent, the parquet decides that it is, the
 * file is handed over, and the child taken over; nothing about its care waited for that.
 */
export async function settleCompetence(
  { ase, otherAse, parquet }: ChildCast,
  caseId: string,
): Promise<CompetenceShown> {
  const { lastDay } = await act<{ lastDay: string }>(ase, '/v1/provisional-shelters', {
    body: { caseId },
    status: 201,
  });
  const opened = await act(ase, CONFLICTS, { body: { caseId, content: CLAIM } });
  const claimed = await inState(otherAse, CLAIMS, opened.id, 'received');
  await act(otherAse, `${CLAIMS}/${claimed.id}/answer`, {
    version: claimed.version,
    body: { answer: 'refused', ground: REFUSAL, account: 'The offence was in Paris.' },
  });
  const refused = await conflictIn(ase, opened.id, 'in-conflict');
  await act(ase, `${CONFLICTS}/${opened.id}/escalate`, { version: refused.version });
  const asked = await inState(parquet, ARBITRATIONS, opened.id, 'open');
  await act(parquet, `${ARBITRATIONS}/${asked.id}/decide`, {
    version: asked.version,
    body: { departement: CLAIM.departement },
  });
  const decided = await conflictIn(ase, opened.id, 'decided');
  claimEqual(decided.competent, CLAIM.departement, 'both obey what the parquet decided');
  const { documents, keptBack } = await act<HandedOver>(ase, `${CONFLICTS}/${opened.id}/hand-over`, {
    version: decided.version,
  });
  claim(documents > 0 && keptBack === 0, 'the file goes over whole', { documents, keptBack });
  const file = await inState(otherAse, CLAIMS, opened.id, 'file-received');
  const { withheld } = await otherAse.get<{ withheld: readonly string[] }>(`${CLAIMS}/${file.id}`);
  claim(withheld.includes('referrals.found.place'), 'the file does not say where the children were found');
  await act(otherAse, `${CLAIMS}/${file.id}/take-over`, { version: file.version });
  await conflictIn(ase, opened.id, 'taken-over');
  return {
    shelteredUntil: lastDay,
    refusal: REFUSAL,
    decidedBy: decided.decidedBy ?? '',
    competent: decided.competent ?? '',
    documents,
    withheld,
  };
}

async function inState(caller: Caller, path: string, conflict: string, state: string): Promise<OfConflict> {
  const { value } = await pollFor(`${caller.account} sees that the conflict is ${state}`, async () => {
    const { items } = await caller.get<Page<OfConflict>>(`${path}?state=${state}&limit=100`);
    return items.find((it) => it.conflict === conflict);
  });
  return value;
}

interface Conflict extends Acted {
  readonly competent: string | null;
  readonly decidedBy: string | null;
}

async function conflictIn(caller: Caller, id: string, state: string): Promise<Conflict> {
  const { value } = await pollFor(`${caller.account} sees that the conflict is ${state}`, async () => {
    const conflict = await caller.get<Conflict>(`${CONFLICTS}/${id}`);
    return conflict.state === state ? conflict : undefined;
  });
  return value;
}
