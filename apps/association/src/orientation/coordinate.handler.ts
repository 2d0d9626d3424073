import {
  Acts,
  AgencyPolicy,
  CLOCK,
  type CaseFacts,
  DIRECTORY,
  legalDay,
  ORIENTATION_PURPOSE,
  requireContent,
} from '@liaison/casework';
import {
  ORIENTATION_PERSON_NAMED,
  ORIENTATION_PROPOSED,
  OrientationPersonNamedV1,
  type OrientationProposedV1,
} from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Day, type Directory } from '@liaison/kernel';
import { currentTraceparent, type NewEvent, Outbox } from '@liaison/messaging';
import {
  type ConsentScope,
  decideConsent,
  decideOrientation,
  evolveConsent,
  type GivenConsent,
  isEvaluated,
  liveProposal,
  type OrientationCommand,
  type OrientationEvent,
} from '@liaison/placement';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { NetworkPlaceRow, type OrientationRow, ProposalRow } from './orientation.entity';
import { OrientationTelling } from './orientation-telling';
import {
  getOrientation,
  lockOrientation,
  type Profile,
  type StoredOrientation,
  storeOrientation,
} from './stored-orientation';

const MS_PER_HOUR = 3_600_000;

export interface ChangeOfOrientation {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

interface Locked extends StoredOrientation {
  readonly at: Date;
  readonly today: Day;
}

interface Decided {
  readonly event: OrientationEvent;
  readonly more?: Partial<Profile> & { readonly consents?: GivenConsent[] };
  /** Beside what whoever asked and the places learn anyway. */
  readonly lanes?: readonly number[];
  /** The person no longer consents: whoever asked, and the places, are told to forget, and nothing else. */
  readonly silent?: boolean;
}

/** T1 of what a caseworker of the coordination does about a request: its new state and who learns of it, or nothing. */
@Injectable()
export class CoordinateHandler {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
    private readonly telling: OrientationTelling,
  ) {}

  /** @throws AppError `orientation-not-found`, `precondition-*`, or what `decideOrientation` and `runOnce` throw */
  evaluate(
    identity: Identity,
    change: ChangeOfOrientation,
    { eligible, ...profile }: { readonly eligible: boolean } & Profile,
  ) {
    const request = { id: change.id, eligible, ...profile };
    return this.change(
      identity,
      change,
      { route: 'POST /v1/orientations/:id/evaluate', request },
      (_, stored) =>
        Promise.resolve({
          event: decideOrientation(stored.orientation, { type: 'evaluate', eligible, today: stored.today }),
          more: profile,
        }),
    );
  }

  /** @throws AppError as `evaluate` */
  simply(
    identity: Identity,
    change: ChangeOfOrientation,
    route: string,
    command: (today: Day, consents: readonly GivenConsent[]) => OrientationCommand,
  ) {
    const request = { id: change.id, command: command('', []) };
    return this.change(identity, change, { route, request }, (_, { row, orientation, today }) =>
      Promise.resolve({ event: decideOrientation(orientation, command(today, row.consents)) }),
    );
  }

  /**
   * Asks a shelter of the network for a bed: needs and an age band, nobody's name (R30).
   * @throws AppError `place-not-found`, `place-full`, `shelter-unknown`, `profile-missing`, `proposal-not-allowed`, or as `evaluate`
   */
  propose(
    identity: Identity,
    change: ChangeOfOrientation,
    {
      place: placeId,
      answerWithinHours,
      profile,
    }: { readonly place: string; readonly answerWithinHours: number; readonly profile?: Profile },
  ) {
    const request = { id: change.id, placeId, answerWithinHours, profile };
    const route = 'POST /v1/orientations/:id/proposals';
    return this.change(identity, change, { route, request }, async (manager, { row, orientation, at }) => {
      const place = await manager.findOneBy(NetworkPlaceRow, { id: placeId, open: true });
      if (!place) {
        throw new AppError(
          'place-not-found',
          'No shelter of the network has declared such a place, or it has closed.',
        );
      }
      const { departement, emergency, takesFromPolice } = place;
      const id = uuidv7();
      const event = decideOrientation(orientation, {
        type: 'propose',
        id,
        place: { id: placeId, departement, emergency, takesFromPolice },
        consents: row.consents,
        procedureOpen: row.content.procedureOpen ?? false,
      });
      if (place.free === 0) {
        throw new AppError('place-full', 'Its shelter says that no bed is free: propose another place.');
      }
      // Whoever is not evaluated is counted all the same.
      const known = isEvaluated(orientation, { ...place, takesFromPolice: false });
      if (!known && !profile) {
        throw new AppError(
          'profile-missing',
          'Nobody has evaluated the person: say the age and the nationality with the proposal.',
        );
      }
      const lanes = await this.ask(manager, identity, row, { id, place, answerWithinHours, at });
      return { event, lanes, ...(!known && profile && { more: profile }) };
    });
  }

  /**
   * The person says yes to the place that has accepted: it learns who comes, on their consent to that.
   * @throws AppError `consent-missing`, `name-not-allowed`, or as `evaluate`
   */
  personAccepts(
    identity: Identity,
    change: ChangeOfOrientation,
    { proposal, civilStatus }: { readonly proposal: string } & Pick<OrientationPersonNamedV1, 'civilStatus'>,
  ) {
    const request = { id: change.id, proposal, civilStatus };
    const route = 'POST /v1/orientations/:id/proposals/:proposal/person-accepts';
    return this.change(identity, change, { route, request }, async (manager, { row, orientation, at }) => {
      const event = decideOrientation(orientation, {
        type: 'person-accepts',
        id: proposal,
        consents: row.consents,
      });
      const document = { civilStatus, namedAt: at.toISOString() };
      requireContent(ORIENTATION_PERSON_NAMED, OrientationPersonNamedV1, document);
      const { shelter } = await manager.findOneByOrFail(ProposalRow, { id: proposal });
      const agency = this.shelterOf(shelter);
      const [held] = await manager.query<[{ facts: CaseFacts }[], number]>(
        `UPDATE messaging.cases SET facts = facts || $2, facts_version = facts_version + 1 WHERE id = $1 RETURNING facts`,
        [proposal, JSON.stringify({ takesInCharge: [agency.id] })],
      );
      const said = { type: ORIENTATION_PERSON_NAMED, document };
      this.requireAllowed(said, held[0]?.facts ?? {}, agency, at, 'name-not-allowed');
      const { lanes } = await this.outbox.append(manager, proposal, this.event(identity, said, agency, at));
      return { event, lanes };
    });
  }

  /** @throws AppError `consent-given`, `day-in-the-future`, or as `evaluate` */
  consent(
    identity: Identity,
    change: ChangeOfOrientation,
    given: Omit<GivenConsent, 'explainedBy' | 'withdrawnOn'>,
  ) {
    const request = { id: change.id, given };
    const route = 'POST /v1/orientations/:id/consents';
    return this.change(identity, change, { route, request }, (_, { row, today }) => {
      const consent = { ...given, explainedBy: identity.pseudonym };
      const event = decideConsent(row.consents, { type: 'give', today, consent });
      return Promise.resolve({
        event: { type: 'unaffected' } as const,
        more: { consents: [...evolveConsent(row.consents, event)] },
      });
    });
  }

  /**
   * As easily as it was given: no form, no reason. Nobody is put out: who lives in a place stays there.
   * @throws AppError `consent-missing`, or as `evaluate`
   */
  withdrawConsent(identity: Identity, change: ChangeOfOrientation, scope: ConsentScope) {
    const request = { id: change.id, scope };
    const route = 'POST /v1/orientations/:id/withdraw-consent';
    return this.change(identity, change, { route, request }, async (manager, { row, orientation, today }) => {
      const withdrawn = decideConsent(row.consents, { type: 'withdraw', today, scope });
      const event: OrientationEvent =
        orientation.state === 'closed'
          ? { type: 'unaffected' }
          : decideOrientation(orientation, { type: 'consent-withdrawn', scope, today });
      const live = liveProposal(orientation);
      const whole = scope === 'orientation';
      const forgetting = whole
        ? orientation.proposals.map(({ id }) => id)
        : event.type === 'answered' && live
          ? [live.id]
          : [];
      const lanes = await this.telling.consentWithdrawn(manager, row, forgetting, { whole, by: identity });
      return { event, lanes, silent: true, more: { consents: [...evolveConsent(row.consents, withdrawn)] } };
    });
  }

  private change(
    identity: Identity,
    { id, ifMatch, idempotencyKey }: ChangeOfOrientation,
    { route, request }: { readonly route: string; readonly request: unknown },
    decide: (manager: EntityManager, stored: Locked) => Promise<Decided>,
  ) {
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const found = await getOrientation(manager, identity, id);
      const stored = await lockOrientation(manager, found);
      requireIfMatch(ifMatch, stored.row.version);
      const at = this.clock.now();
      const locked = { ...stored, at, today: legalDay(at, undefined) };
      const { event, more = {}, lanes = [], silent = false } = await decide(manager, locked);
      const next = await storeOrientation(manager, stored, event, { at, ...more });
      const change = { before: stored.orientation, next, event };
      const told = silent
        ? []
        : await this.telling.changed(manager, stored.row, change, this.saying(identity, at));
      const { state, version } = next;
      return { status: 200, lanes: [...lanes, ...told], body: { id, state, version } };
    });
  }

  private async ask(
    manager: EntityManager,
    identity: Identity,
    row: OrientationRow,
    {
      id,
      place,
      answerWithinHours,
      at,
    }: {
      readonly id: string;
      readonly place: NetworkPlaceRow;
      readonly answerWithinHours: number;
      readonly at: Date;
    },
  ): Promise<readonly number[]> {
    const { needs } = row.content;
    if (!needs) throw new AppError('orientation-closed', 'What was needed is no longer kept: ask anew.');
    const shelter = this.shelterOf(place.shelter);
    const answerBy = new Date(at.getTime() + answerWithinHours * MS_PER_HOUR);
    const document: OrientationProposedV1 = {
      place: place.reference,
      needs,
      answerBy: answerBy.toISOString(),
    };
    const said = { type: ORIENTATION_PROPOSED, document };
    const facts: CaseFacts = {
      adult: true,
      consents: [{ to: shelter.kind, purpose: ORIENTATION_PURPOSE, value: 'given' }],
    };
    this.requireAllowed(said, facts, shelter, at, 'proposal-not-allowed');
    const opened = { id, unit: identity.unit, facts: { ...facts } };
    const recorded = await this.outbox.openCase(manager, opened, this.event(identity, said, shelter, at));
    await manager.insert(ProposalRow, {
      id,
      requestId: row.id,
      unit: row.unit,
      placeId: place.id,
      shelter: shelter.id,
      reference: recorded.intents[0]?.reference ?? '',
      madeAt: at,
      answerBy,
      state: 'proposed',
    });
    return recorded.lanes;
  }

  /** @throws AppError `shelter-unknown` */
  private shelterOf(id: string): Agency {
    const shelter = this.directory.findAgency(id);
    if (shelter) return shelter;
    throw new AppError(
      'shelter-unknown',
      'The directory no longer knows the shelter: propose another place.',
    );
  }

  /** @throws AppError nobody waits for an answer to what would never leave */
  private requireAllowed(
    said: { readonly type: string; readonly document: object },
    facts: CaseFacts,
    shelter: Agency,
    at: Date,
    code: string,
  ): void {
    const { decision } = this.policy.preview({ ...said, purpose: ORIENTATION_PURPOSE, facts }, shelter, at);
    if (decision.allowed) return;
    throw new AppError(
      code,
      `The conventions do not let this be told to the shelter (${decision.denial?.code ?? 'no-convention'}): tell the operators.`,
    );
  }

  private event(
    identity: Identity,
    said: Pick<NewEvent, 'type' | 'document'>,
    shelter: Agency,
    decidedAt: Date,
  ): NewEvent {
    return {
      ...said,
      ...this.saying(identity, decidedAt),
      purpose: ORIENTATION_PURPOSE,
      recipients: [{ agency: shelter }],
    };
  }

  private saying({ unit, pseudonym }: Identity, decidedAt: Date) {
    return {
      unit,
      agent: pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt,
    };
  }
}
