import { act, type Acted } from '../act';
import { claim, claimEqual } from '../claim';
import type { ChildCast } from './child-cast';
import { bornDaysFrom, dayFrom, FRIEND, ORIENTATION } from './child-story';

interface Refused {
  readonly code: string;
  readonly detail: string;
}

interface Asked extends Acted {
  readonly coordination: string;
  readonly allowed: boolean;
}

export interface ComingOfAge {
  /** Before the eighteenth birthday, by the scheme for adults; from it on, by child protection: each points to the other. */
  readonly asMinor: string;
  readonly asAdult: string;
  readonly coordination: string;
  /** Of the request, once she no longer agrees. */
  readonly afterwards: string;
}

const REQUESTS = '/v1/orientation-requests';
const REFERRALS = '/v1/referrals';
/** Days before her birthday and after it: no midnight falls between two calls. */
const [BEFORE, SINCE] = [2, -2];
/** Of age: the consent of a minor opens nothing (R16). */
const CONSENTED = -1;

/**
 * A friend of the sisters turns 18 (R17): until then she is refused where adults are oriented, and child protection is named; from then on
 * nobody refers her without her consent. She agrees, asks for a place far away, and takes that back: as easily as she gave it (R11).
 */
export async function comeOfAge({ team }: ChildCast): Promise<ComingOfAge> {
  const content = ORIENTATION(dayFrom(CONSENTED));
  const asked = (birthDate: string) => ({ birthDate, departement: '75', content });
  const early = await act<Refused>(team, REQUESTS, { body: asked(bornDaysFrom(BEFORE)), status: 422 });
  claimEqual(early.code, 'orientation-of-minor', 'before her birthday no place for adults is looked for');
  claim(early.detail.includes('ase-75'), 'the refusal names child protection where she is', early.detail);
  const late = await act<Refused>(team, REFERRALS, {
    body: { content: { ...FRIEND(bornDaysFrom(SINCE)), madeAt: new Date().toISOString() } },
    status: 422,
  });
  claimEqual(late.code, 'referral-of-adult', 'from her birthday on nobody refers her without her consent');
  const request = await act<Asked>(team, REQUESTS, { body: asked(bornDaysFrom(SINCE)) });
  claim(request.allowed, 'with her consent the coordination is asked for a place far away');
  await act(team, `${REQUESTS}/${request.id}/withdraw-consent`, { version: request.version });
  const { state } = await team.get<Acted>(`${REQUESTS}/${request.id}`);
  claimEqual(state, 'withdrawn', 'what rested on a consent that is taken back has ended');
  return { asMinor: early.code, asAdult: late.code, coordination: request.coordination, afterwards: state };
}
