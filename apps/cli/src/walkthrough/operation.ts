import type { Page } from './answers';
import type { Caller } from './caller';
import { claim, claimEqual } from './claim';
import { act, type Acted } from './act';
import { pollFor } from './poll';
import { NAMING_NOTE, operationFrom } from './story';

interface Operation extends Acted {
  readonly placesHeld: number;
  readonly expectedPeople: number;
}

export interface OperationShown {
  /** Contact points by name, as they were told. */
  readonly told: readonly string[];
  /** What the shelter reads: no person, no address, no case. */
  readonly needs: object;
  readonly expected: number;
  readonly held: number;
}

const OPERATIONS = '/v1/operations';
const RECEIVED = '/v1/received-operations';
const PLACES = 4;

/**
 * An operation is announced to whoever is to take people in, with what they need and nothing of whom, where or which case (R31): a
 * note with a name does not leave. The shelter holds places, and the brigade sees how many.
 */
export async function announceOperation(officer: Caller, shelter: Caller): Promise<OperationShown> {
  const content = operationFrom(new Date());
  await act(officer, OPERATIONS, {
    body: { content: { ...content, preparationNote: NAMING_NOTE } },
    status: 400,
  });
  const known = new Set((await announcedAt(shelter)).map(({ id }) => id));
  const made = await act<Acted & { told: readonly { readonly name: string; readonly allowed: boolean }[] }>(
    officer,
    OPERATIONS,
    { body: { content } },
  );
  claim(made.told.length > 0 && made.told.every(({ allowed }) => allowed), 'the named contacts are told');
  const { value: announced } = await pollFor('the shelter learns of the operation', async () =>
    (await announcedAt(shelter)).find(({ id }) => !known.has(id)),
  );
  const { needs, version } = await shelter.get<Operation & { needs: object }>(`${RECEIVED}/${announced.id}`);
  await act(shelter, `${RECEIVED}/${announced.id}/acknowledge`, { version, body: { placesHeld: PLACES } });
  const { value: seen } = await pollFor('the brigade sees the places that are held', async () => {
    const operation = await officer.get<Operation>(`${OPERATIONS}/${made.id}`);
    return operation.placesHeld > 0 ? operation : undefined;
  });
  claimEqual(seen.placesHeld, PLACES, 'the brigade sees as many places as the shelter holds');
  return {
    told: made.told.map(({ name }) => name),
    needs,
    expected: seen.expectedPeople,
    held: seen.placesHeld,
  };
}

const announcedAt = async (shelter: Caller): Promise<readonly Acted[]> =>
  (await shelter.get<Page<Acted>>(`${RECEIVED}?limit=100`)).items;
