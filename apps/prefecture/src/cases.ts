import { ReceivedNoticeCases } from '@liaison/casework';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A case of the préfecture is a person of whom a notice came, or will: a document of it may come first. */
@Injectable()
export class PrefectureCases extends ReceivedNoticeCases {
  override async findDelivered(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly id: string; readonly unit: string } | undefined> {
    const [row] = await manager.query<{ id: string; unit: string }[]>(
      'SELECT id, unit FROM messaging.cases WHERE id = $1',
      [delivered],
    );
    return row;
  }
}
