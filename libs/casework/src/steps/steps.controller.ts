import {
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  type Identity,
  type Role,
  ShowsPerson,
} from '@liaison/platform';
import { Controller, Get, Header, type Provider, type Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseId } from '../dto';
import { openTo } from '../open-to';
import { CaseStepsReader } from './case-steps';
import { STEP_SOURCES, type StepSource } from './step-source';
import { CaseSteps } from './steps.dto';

@ApiTags('cases')
@ErrorStatus({ 'case-not-found': 404 })
@Controller('v1/cases')
export class StepsController {
  constructor(private readonly steps: CaseStepsReader) {}

  @Get(':id/steps')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary:
      'The person’s steps: what the notice says, and beside it what others told since, each with who said so; the readings are recorded',
  })
  @ApiOkResponse({ description: 'The newest word first', type: CaseSteps })
  @ApiProblems({ 404: ['case-not-found'] })
  read(@CurrentIdentity() identity: Identity, @CaseId() id: string): Promise<CaseSteps> {
    return this.steps.read(identity, id);
  }
}

/** Of a service whose cases rest on notices. @param sources where it has what others tell of steps */
export const showsSteps = ({
  readers,
  sources,
}: {
  readonly readers: readonly [Role, ...Role[]];
  readonly sources: readonly Type<StepSource>[];
}): { readonly controllers: readonly Type<object>[]; readonly providers: readonly Provider[] } => ({
  controllers: [openTo(readers, StepsController)],
  providers: [
    CaseStepsReader,
    ...sources,
    {
      provide: STEP_SOURCES,
      inject: [...sources],
      useFactory: (...found: StepSource[]) => found,
    },
  ],
});
