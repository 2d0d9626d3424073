import { askedFieldsOf, type IdentifiedRequest } from '@liaison/platform';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { askedBy, QueryGate } from './query-gate';

/** Global: holds `@AsksBy()` of the agency's own records to its word, before the handler reads anything. */
@Injectable()
export class AskedFieldsGuard implements NestInterceptor {
  constructor(private readonly gate: QueryGate) {}

  /** @throws AppError `field-not-queryable` */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const asked = context.getType() === 'http' ? askedFieldsOf(context.getHandler()) : undefined;
    if (asked && !asked.eachDecides) {
      const { identity, query } = context.switchToHttp().getRequest<IdentifiedRequest>();
      this.gate.requireOpen(identity ?? { roles: [] }, asked, askedBy(asked, query));
    }
    return next.handle();
  }
}
