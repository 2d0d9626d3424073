import { ORIENTATION_REQUESTED, SUPPORT_REPORTED } from '@liaison/contracts';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Revocations } from '../after-sharing/revocations';
import { CASE_REGISTER, type CaseRegister } from '../cases/case-register';
import { lockConsents } from '../consent/consents-of-case';
import type { CaseFacts } from '../policy/case-facts';
import { protectAnswers } from '../urgent-request/answers-of-case';

type Measures = Pick<CaseFacts, 'protectedIdentity' | 'protectedAddress'>;

/**
 * A measure becomes known with something that is said about the person of a case: a claim of competence, an order, a request for a
 * place, a report of support, an answer in an emergency. It holds for the person, whatever it was said with (R18, R20).
 */
@Injectable()
export class StatedMeasures {
  constructor(
    @Inject(CASE_REGISTER) private readonly register: CaseRegister,
    private readonly revocations: Revocations,
  ) {}

  /**
   * What was answered about the person in an emergency rests on the measure from now on, and what was said of the case and another ends.
   * Nothing where none is stated: what is not said lifts nothing. In T1; the case's own delivery, where that is locked too, comes before.
   * @param caseId of the register
   * @returns lanes to wake
   */
  async follow(
    manager: EntityManager,
    identity: Identity,
    caseId: string,
    stated: Measures,
  ): Promise<readonly number[]> {
    const measures: Measures = {
      ...(stated.protectedIdentity === true && { protectedIdentity: true }),
      ...(stated.protectedAddress === true && { protectedAddress: true }),
    };
    if (Object.keys(measures).length === 0) return [];
    // As whoever records a consent takes them: consents, then facts.
    await lockConsents(manager, caseId);
    const known = (await this.register.findCase(manager, identity, caseId))?.held.facts ?? {};
    const { departement, birthDate } = known;
    const facts = {
      ...(departement !== undefined && { departement }),
      ...(birthDate !== undefined && { birthDate }),
      ...measures,
    };
    const by = { agent: identity.pseudonym, correlationId: currentCorrelationId() };
    const lanes: number[] = [];
    for (const delivery of await protectAnswers(manager, caseId, facts)) {
      lanes.push(...(await this.revocations.revokeEnded(manager, delivery, by)));
    }
    return [...new Set(lanes)];
  }
}

/**
 * Whether one was stated with anything that this agency said or was asked about the person of a case, to whomever: a measure is not unsaid
 * by the next thing that is said. An answer in an emergency keeps what the case said then, also where that was lifted since.
 * @param ways in delivery, in which the case is exchanged
 */
export async function measuresStatedAbout(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  caseId: string,
  ways: readonly string[],
): Promise<Measures> {
  const [found] = await manager.query<{ identity: boolean | null; address: boolean | null }[]>(STATED, [
    caseId,
    unit,
    ways,
    STATING,
  ]);
  return {
    ...(found?.identity === true && { protectedIdentity: true }),
    ...(found?.address === true && { protectedAddress: true }),
  };
}

/** Whoever says one of these states measures anew; everything else about a case repeats what is known of it. */
const STATING = [SUPPORT_REPORTED, ORIENTATION_REQUESTED];

const STATED = `
SELECT bool_or(c.facts @> '{"protectedIdentity": true}') AS identity,
       bool_or(c.facts @> '{"protectedAddress": true}') AS address
  FROM messaging.cases c
 WHERE c.id = ANY ($3::uuid[])
    OR c.id IN (SELECT u.request_case FROM desk.urgent_received u WHERE u.case_id = $1 AND u.state = 'answered')
    OR c.id IN (SELECT a.delivery_id FROM casework.about_case a
                 WHERE a.case_id = $1 AND a.unit = $2
                   AND EXISTS (SELECT FROM messaging.event_document e
                                WHERE e.case_id = a.delivery_id AND e.type = ANY ($4)))`;
