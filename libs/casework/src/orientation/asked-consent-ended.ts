import type { Clock, Directory } from '@liaison/kernel';
import { decideConsent, evolveConsent, isGiven } from '@liaison/placement';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import type { ConsentEnding } from '../consent/consent-ending';
import { legalDay } from '../legal-day';
import type { Consent } from '../policy/case-facts';
import { ORIENTATION_PURPOSE } from './orientation';
import { AskedOrientationRow } from './orientation-asked.entity';

/** A request rests on the person's consent: wherever they take it back, of the request or of their case, the request ends (R11). */
@Injectable()
export class AskedConsentEnded implements ConsentEnding {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: Directory,
  ) {}

  async ended(
    manager: EntityManager,
    { unit, caseId }: { readonly unit: string; readonly caseId: string },
    { to, purpose }: Consent,
  ): Promise<void> {
    if (purpose !== ORIENTATION_PURPOSE) return;
    const today = legalDay(this.clock.now(), undefined);
    const asked = await manager.find(AskedOrientationRow, {
      where: [
        { unit, id: caseId },
        { unit, originCase: caseId },
      ],
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    for (const { id, state, version, consents, coordination } of asked) {
      const kind = this.directory.findAgency(coordination)?.kind ?? 'association';
      if (state === 'withdrawn' || kind !== to || !isGiven(consents, 'orientation')) continue;
      const withdrawn = decideConsent(consents, { type: 'withdraw', today, scope: 'orientation' });
      await manager.update(AskedOrientationRow, id, {
        consents: [...evolveConsent(consents, withdrawn)],
        state: 'withdrawn',
        version: version + 1,
      });
    }
  }
}
