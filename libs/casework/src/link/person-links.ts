import { MOST_ROUNDS, PERSON_LINKED, PERSON_UNLINKED } from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { AGENCY, CLOCK, DIRECTORY } from '../agency/tokens';
import { CASE_REGISTER, type CaseRegister } from '../cases/case-register';
import { Cases, type ReadableCase } from '../cases/cases';
import { EXCHANGE_SOURCES } from './exchange-sources';
import { AgencyPolicy } from '../policy/agency-policy';
import { lockFactsOfCase } from '../urgent-request/answers-of-case';
import {
  commonExchange,
  exchangedCase,
  type ExchangedPair,
  factsOfBoth,
  notExchanged,
  requireUnprotected,
} from './exchanged';
import { factsToEnd } from './facts-to-end';
import { decideLink, type LinkCommand, type LinkWord, noSuchLink } from './link';
import { LinkReader } from './link.reader';
import {
  findOrOpen,
  getLink,
  inOrder,
  linkOf,
  lockLink,
  type LinkRow,
  saidOf,
  storeOwn,
  versionOf,
} from './stored-link';

/** In which of the caller's roles it is said; the first that they have. */
const SAYING = ['officer', 'caseworker', 'supervisor'] as const;

export interface ProposeLink {
  /** One of the cases, as the unit has it. */
  readonly id: string;
  readonly other: string;
  /** With whom. */
  readonly agency: string;
  readonly idempotencyKey: string;
}

export interface OnLink {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** T1 of what this agency says of two cases: it stands here and is on its way, or neither. */
@Injectable()
export class PersonLinks {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CASE_REGISTER) readonly register: CaseRegister,
    @Inject(EXCHANGE_SOURCES) readonly sources: readonly string[],
    private readonly cases: Cases,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
    private readonly reader: LinkReader,
  ) {}

  /** @throws AppError `case-not-found`, `link-same-case`, `link-exists`, or as `say` */
  propose(identity: Identity, { id, other, agency, idempotencyKey }: ProposeLink) {
    const route = 'POST /v1/cases/:id/links';
    return this.acts.run(
      identity,
      { route, idempotencyKey, request: { id, other, agency } },
      async (manager) => {
        if (id === other) throw new AppError('link-same-case', 'That is one case: name the other in other.');
        const both = [
          await this.cases.get(manager, identity, id),
          await this.cases.get(manager, identity, other),
        ] as const;
        return this.say(manager, identity, both, agency, { type: 'propose' });
      },
    );
  }

  /** @throws AppError `link-not-found`, `link-ended`, `link-not-proposed`, `precondition-*`, or as `say` */
  answer(identity: Identity, type: 'confirm' | 'refuse' | 'undo', { id, ifMatch, idempotencyKey }: OnLink) {
    const route = `POST /v1/links/:id/${type}`;
    return this.acts.run(identity, { route, idempotencyKey, request: { id } }, async (manager) => {
      const row = await getLink(manager, identity, id);
      const both = await this.reader.bothCases(manager, identity, row);
      if (!both) throw noSuchLink();
      return this.say(manager, identity, both, row.agency, { type }, { row, ifMatch });
    });
  }

  /** @throws AppError what `said` and `decideLink` throw */
  private async say(
    manager: EntityManager,
    identity: Identity,
    both: readonly [ReadableCase, ReadableCase],
    agency: string,
    command: LinkCommand,
    known?: { readonly row: LinkRow; readonly ifMatch: string | undefined },
  ) {
    const at = this.clock.now();
    const recipient = this.directory.findAgency(agency);
    if (!recipient || agency === this.agency.id) throw notExchanged();
    const row = known?.row ?? (await this.open(manager, identity, both, agency, at));
    await lockLink(manager, agency, { first: row.firstReference, second: row.secondReference });
    const before = await saidOf(manager, row.id);
    if (known) requireIfMatch(known.ifMatch, versionOf(before));
    const { word } = decideLink(before.length > 0 ? linkOf(before) : undefined, command);
    const joins = word.says === 'same';
    // That it is not so joins nothing: it rests on no measure, and is said for whatever it was said before.
    const { facts, purpose } = joins
      ? await this.ground(manager, identity, both, row)
      : { facts: await factsToEnd(manager, identity, both), purpose: before.at(-1)?.purpose ?? '' };
    const said = this.documentOf(identity, row, word, at);
    if (joins) {
      requireUnprotected(facts);
      const { decision } = this.policy.preview({ ...said, purpose, facts }, recipient, at);
      if (!decision.allowed) throw notAllowed(decision.denial?.code);
    }
    const delivery = uuidv7();
    const { lanes } = await this.outbox.openCase(
      manager,
      { id: delivery, unit: identity.unit, facts: { ...facts } },
      {
        ...said,
        purpose,
        unit: identity.unit,
        agent: identity.pseudonym,
        correlationId: currentCorrelationId(),
        traceparent: currentTraceparent(),
        decidedAt: at,
        recipients: [{ agency: recipient }],
      },
    );
    await storeOwn(manager, { link: row, ...word, at, delivery, purpose, agent: identity.pseudonym });
    const body = this.reader.viewOf(identity, row, await saidOf(manager, row.id));
    if (!body) throw noSuchLink();
    return { status: 202, lanes, body: { ...body } };
  }

  private async open(
    manager: EntityManager,
    identity: Identity,
    both: readonly [ReadableCase, ReadableCase],
    agency: string,
    at: Date,
  ): Promise<LinkRow> {
    const { one, other } = await this.exchanged(manager, identity, both, { agency });
    const { first, second } = inOrder(one.reference, other.reference);
    const [firstCase, secondCase] =
      first === one.reference ? [one.caseId, other.caseId] : [other.caseId, one.caseId];
    await lockLink(manager, agency, { first, second });
    const { unit } = identity;
    const found = { unit, agency, firstReference: first, secondReference: second, firstCase, secondCase };
    return findOrOpen(manager, at, found);
  }

  /** @throws AppError as `exchangedCase` and `commonExchange` */
  private async ground(
    manager: EntityManager,
    identity: Identity,
    both: readonly [ReadableCase, ReadableCase],
    row: LinkRow,
  ) {
    // Whoever grants a measure on either, or says that the person no longer agrees, comes before and is seen, or after and sees what was
    // said. In one order.
    for (const id of both.map((each) => each.id).sort()) await lockFactsOfCase(manager, id);
    const { one, other, purpose } = await this.exchanged(manager, identity, both, row);
    return { facts: factsOfBoth(one, other), purpose };
  }

  private async exchanged(
    manager: EntityManager,
    identity: Identity,
    both: readonly [ReadableCase, ReadableCase],
    { agency, ...by }: Pick<LinkRow, 'agency'> & Partial<LinkRow>,
  ): Promise<ExchangedPair> {
    const now = async ({ id }: ReadableCase) =>
      exchangedCase(manager, this, identity, await this.cases.get(manager, identity, id), agency);
    const [ones, others] = [await now(both[0]), await now(both[1])];
    const { firstReference: first, secondReference: second } = by;
    return commonExchange(
      ones,
      others,
      first !== undefined && second !== undefined ? { first, second } : undefined,
    );
  }

  private documentOf(identity: Identity, row: LinkRow, { says, round }: LinkWord, at: Date) {
    if (round > MOST_ROUNDS) throw new AppError('link-ended', 'It has been said and undone too often.');
    const role = SAYING.find((own) => identity.roles.includes(own)) ?? 'caseworker';
    return {
      type: says === 'same' ? PERSON_LINKED : PERSON_UNLINKED,
      document: {
        cases: { first: row.firstReference, second: row.secondReference },
        round,
        saidAt: at.toISOString(),
        role,
      },
    };
  }
}

const notAllowed = (denial = 'no-convention') =>
  new AppError(
    'link-not-allowed',
    `No convention lets your agency tell that one so (${denial}). Of adults whom an association knows it takes their consent, recorded on both cases: POST /v1/cases/{id}/consents.`,
  );
