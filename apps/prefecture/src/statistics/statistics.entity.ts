import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PermitYear } from './permit-table';

/** What anybody outside the préfecture was told of one year: decided once. */
@Entity({ schema: 'prefecture', name: 'released_year' })
export class ReleasedYear {
  @PrimaryColumn('int', { primaryKeyConstraintName: 'released_year_pkey' })
  year: number;

  @Column('json')
  figures: PermitYear;

  @Column('timestamptz', { name: 'released_at' })
  releasedAt: Date;
}
