import type { Part } from '../part';
import { type ChildAddresses, childCastOf } from './child-cast';
import { comingOfAgeLines, competenceLines, findingLines, fleeingLines, placingLines } from './child-render';
import { comeOfAge } from './coming-of-age';
import { settleCompetence } from './competence';
import { referTheChildren } from './finding';
import { searchForHer } from './fleeing';
import { placeTheChildren } from './placing';

/**
 * Two sisters are found in Paris, sheltered, fought over by two départements, and brought to safety far away, and one of them
 * searched for when she runs away; a friend of theirs turns 18, agrees to a place far away and takes it back; everything that
 * is said is what the services answered, and is checked.
 * @throws AppError `walkthrough-failed` when something does not hold
 */
export async function walkThroughChildren(addresses: ChildAddresses, part: Part) {
  const cast = await childCastOf(addresses);
  const finding = await part(
    '6. A street team finds two sisters, and refers them',
    () => referTheChildren(cast),
    findingLines,
  );
  const { caseId } = finding.ase;
  const placing = await part(
    '7. Child protection looks for two beds together, far from the network',
    () => placeTheChildren(cast, caseId),
    placingLines,
  );
  const competence = await part(
    '8. Paris says that Marseille is competent, which disputes it',
    () => settleCompetence(cast, caseId),
    competenceLines,
  );
  const fleeing = await part(
    '9. The elder runs away at night, and is found',
    () => searchForHer(cast, placing.offer),
    fleeingLines,
  );
  const comingOfAge = await part(
    '10. Their friend turns 18, agrees to a place far away, and takes it back',
    () => comeOfAge(cast),
    comingOfAgeLines,
  );
  return { finding, placing, competence, fleeing, comingOfAge };
}
