import type { ReferralMadeV1 } from '@liaison/contracts';
import type { Page } from '../answers';
import type { Caller } from '../caller';
import { claim, claimEqual } from '../claim';
import { pollFor } from '../poll';
import { act, type Acted } from '../act';
import type { ChildCast } from './child-cast';
import { REFERRAL } from './child-story';

interface ReceivedReferral extends Acted {
  readonly caseId: string;
  readonly sender: string;
  readonly acknowledgeBy: string | null;
}

/** A referral as its recipient reads it. */
export interface ReferralView extends ReceivedReferral {
  readonly content: Partial<ReferralMadeV1>;
  readonly withheld: readonly string[];
}

interface ReferralMade extends Acted {
  readonly told: readonly {
    readonly agency: string;
    readonly duty: string;
    readonly acknowledgedAt?: string | null;
  }[];
}

export interface Finding extends Pick<ReferralMade, 'told'> {
  readonly ase: ReferralView;
  readonly parquet: ReferralView;
}

/** The street team tells child protection and, as the place is known, the parquet; child protection takes note. */
export async function referTheChildren({ team, ase, parquet }: ChildCast): Promise<Finding> {
  const [there, known] = [await idsAt(parquet), await idsAt(ase)];
  const made = await act<ReferralMade>(team, '/v1/referrals', {
    body: { content: { ...REFERRAL, madeAt: new Date().toISOString(), prosecutor: true } },
  });
  claimEqual(
    made.told.map(({ agency }) => agency),
    ['ase-75', 'parquet-75'],
    'a referral goes to child protection, its copy to the parquet',
  );
  const [first, copy] = await Promise.all([arrived(ase, known), arrived(parquet, there)]);
  claim(first.content.danger?.level === 'serious', 'child protection reads how great the danger is');
  const { version } = first;
  await act(ase, `/v1/received-referrals/${first.id}/acknowledge`, { version });
  await pollFor('the street team sees that child protection took note', async () => {
    const { told } = await team.get<ReferralMade>(`/v1/referrals/${made.id}`);
    return told.find(({ agency, acknowledgedAt }) => agency === 'ase-75' && acknowledgedAt !== null);
  });
  return { told: made.told, ase: first, parquet: copy };
}

const listOf = async (caller: Caller): Promise<readonly ReceivedReferral[]> =>
  (await caller.get<Page<ReceivedReferral>>('/v1/received-referrals?limit=100')).items;

const idsAt = async (caller: Caller): Promise<ReadonlySet<string>> =>
  new Set((await listOf(caller)).map(({ id }) => id));

async function arrived(caller: Caller, known: ReadonlySet<string>): Promise<ReferralView> {
  const { value } = await pollFor(`the referral arrives at ${caller.account}`, async () =>
    (await listOf(caller)).find(({ id }) => !known.has(id)),
  );
  return caller.get<ReferralView>(`/v1/received-referrals/${value.id}`);
}
