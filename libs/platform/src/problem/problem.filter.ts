import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { problemOf } from './problem-of';
import { sendProblem } from './send-problem';

/** Global: every failure that no controller maps becomes problem details. */
@Catch()
export class ProblemFilter implements ExceptionFilter<unknown> {
  catch(error: unknown, host: ArgumentsHost): void {
    sendProblem(host, problemOf(error), error);
  }
}
