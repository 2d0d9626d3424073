import { AllowRoles, type MigrationClass, type Role } from '@liaison/platform';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AssignmentController, ColleagueController } from './assignment/assignment.controller';
import { AssignmentHandler } from './assignment/assignment.handler';
import { Colleagues } from './assignment/colleagues';
import { Attachments1790000023030 } from './attachments/1790000023030-attachments';
import { AttachmentController } from './attachments/attachment.controller';
import { Attachments } from './attachments/attachments';
import { CASE_REGISTER, type CaseRegister } from './cases/case-register';
import { Cases } from './cases/cases';
import { NoteController } from './notes/note.controller';
import { Notes } from './notes/notes';
import { ReferenceController } from './reference/reference.controller';
import { Casework1790000022000 } from './schema/1790000022000-casework';

/** Tables of `CaseworkModule`, for the migrations of every service that has caseworkers. */
export const CASEWORK_MIGRATIONS: readonly MigrationClass[] = [
  Casework1790000022000,
  Attachments1790000023030,
];

export interface CaseworkOptions {
  /** Who works here: whoever may read cases. */
  readonly roles: readonly [Role, ...Role[]];
  /** Where this service keeps its cases. */
  readonly register: Type<CaseRegister>;
}

/** What every service with caseworkers has: who has which case, internal notes, lists of codes. */
@Module({})
export class CaseworkModule {
  static forRoot({ roles, register }: CaseworkOptions): DynamicModule {
    return {
      module: CaseworkModule,
      controllers: [
        AssignmentController,
        AttachmentController,
        ColleagueController,
        NoteController,
        ReferenceController,
      ].map((controller) => openTo(roles, controller)),
      providers: [
        { provide: CASE_REGISTER, useClass: register },
        Cases,
        AssignmentHandler,
        Colleagues,
        Notes,
        Attachments,
      ],
      exports: [Attachments],
    };
  }
}

/** The same controller under the same name; what a route itself declares comes first. */
function openTo(roles: CaseworkOptions['roles'], controller: Type<object>): Type<object> {
  const Opened = class extends controller {};
  Object.defineProperty(Opened, 'name', { value: controller.name });
  AllowRoles(...roles)(Opened);
  return Opened;
}
