import { Acts, CLOCK, legalDay } from '@liaison/casework';
import type { OrientationPersonNamedV1 } from '@liaison/contracts';
import { AppError, type Clock, type Day } from '@liaison/kernel';
import { currentTraceparent } from '@liaison/messaging';
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
import { NetworkPlaceRow } from './orientation.entity';
import { OrientationTelling } from './orientation-telling';
import { Proposing } from './proposing';
import {
  getOrientation,
  lockOrientation,
  type Profile,
  type StoredOrientation,
  storeOrientation,
} from './stored-orientation';

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
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly acts: Acts,
    private readonly proposing: Proposing,
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
   * @throws AppError `place-not-found`, `place-full`, `profile-missing`, what `Proposing` throws, or as `evaluate`
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
      const asked = { id, place, answerWithinHours, saying: this.saying(identity, at) };
      const lanes = await this.proposing.ask(manager, row, asked);
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
      const lanes = await this.proposing.name(manager, proposal, civilStatus, this.saying(identity, at));
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
