import type { NoticeIssuedV2 } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Acts } from '../acts';
import { AGENCY } from '../agency/tokens';
import { Cases } from '../cases/cases';
import { STEP_SOURCES, type StepSource } from './step-source';
import { stepsOfNotice } from './steps';
import type { CaseStep, CaseSteps } from './steps.dto';

/** Of the case's own document. */
const SHOWN = new Set(['steps.kind', 'steps.status', 'steps.on', 'steps.organisation']);

/** The steps of the person of a case: what its author wrote, and beside it what others told since. */
@Injectable()
export class CaseStepsReader {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(STEP_SOURCES) private readonly sources: readonly StepSource[],
    private readonly cases: Cases,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest word first; every reading is recorded. @throws AppError `case-not-found` */
  read(identity: Identity, caseId: string): Promise<CaseSteps> {
    return this.acts.read(identity, async (manager) => {
      const found = await this.cases.getOpened(manager, identity, caseId);
      // The newest version that has content says what its author holds now.
      const versions = await this.cases.versions(manager, identity, caseId, MOST_VERSIONS);
      const newest = versions.find(({ state }) => state !== 'voided');
      await this.cases.recordReading(manager, identity, [newest ?? found], SHOWN);
      const own: CaseStep[] = newest
        ? stepsOfNotice(newest.data as Partial<NoticeIssuedV2>).map((step) => ({
            ...step,
            origin: {
              from: 'notice',
              id: newest.id,
              agency: newest.held.provenance?.agency ?? this.agency.id,
              at: newest.at.toISOString(),
              convention: newest.held.provenance?.convention ?? null,
            },
          }))
        : [];
      const told: CaseStep[] = [];
      for (const source of this.sources) {
        const said = await source.read(manager, identity, found);
        await this.audit.append(
          manager,
          said.map(({ record }) => record),
        );
        told.push(
          ...said.flatMap(({ steps, from, id, agency, at, convention }) =>
            steps.map((step) => ({
              ...step,
              origin: { from, id, agency, at: at.toISOString(), convention },
            })),
          ),
        );
      }
      const items = [...own, ...told].sort((a, b) => b.origin.at.localeCompare(a.origin.at));
      return { caseId, items };
    });
  }
}

/** Those before were taken back or superseded. */
const MOST_VERSIONS = 20;
