import type { CaseRegister, HeldCase } from '@liaison/casework';
import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ReceivedNotice } from './notice/notice.entity';

/** A case of the préfecture is a person of whom a notice came; its newest version says who may know of it. */
@Injectable()
export class PrefectureCases implements CaseRegister {
  async findCase(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    id: string,
  ): Promise<HeldCase | undefined> {
    const newest = await manager.findOne(ReceivedNotice, {
      where: { caseId: id, unit },
      order: { recipientVersion: 'DESC', receivedAt: 'DESC' },
      select: {
        id: true,
        reference: true,
        type: true,
        purpose: true,
        departement: true,
        sender: true,
        eventId: true,
        convention: true,
      },
    });
    if (!newest) return undefined;
    const { reference, type, purpose, departement, sender, eventId, convention } = newest;
    return {
      id,
      reference,
      held: {
        type,
        purpose,
        facts: departement === null ? {} : { departement },
        provenance: { agency: sender, event: eventId, convention },
      },
    };
  }
}
