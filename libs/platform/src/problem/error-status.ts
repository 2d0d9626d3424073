import { AppError } from '@liaison/kernel';
import { Catch, UseFilters, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { problemOf } from './problem-of';
import { sendProblem } from './send-problem';

/** HTTP status by error code. */
export type StatusByCode = Readonly<Record<string, number>>;

/** On a controller: the status of each `AppError` code that its handlers may throw. Statuses stand nowhere else. */
export const ErrorStatus = (statuses: StatusByCode): ClassDecorator & MethodDecorator =>
  UseFilters(new MappedErrorFilter(statuses));

@Catch(AppError)
class MappedErrorFilter implements ExceptionFilter<AppError> {
  constructor(private readonly statuses: StatusByCode) {}

  catch(error: AppError, host: ArgumentsHost): void {
    sendProblem(host, problemOf(error, this.statuses), error);
  }
}
