import { applyDecorators, Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { BaseRpcContext, EventPattern } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import type { EntityManager } from 'typeorm';
import type { RegisteredHandler } from './ports';

/** Nest would replace an error by «internal error»; the receiver has to tell a full disk from a bad event. */
@Catch()
class RethrowFilter implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Marks a method as the handler of one event type. It gets `@Payload() events: ReceivedEvent<Payload>[]`, a run of that
 * type in order, and `@Ctx() context: DeliveryContext`, whose `manager` is the transaction of T3: write nowhere else.
 * `ordering: 'arrival'` is for protective types and numbered records, which never wait for what precedes them.
 */
export function LiaisonEvent(
  type: string,
  ordering: RegisteredHandler['ordering'] = 'case',
): MethodDecorator {
  return applyDecorators(EventPattern<string>(type, { ordering }), UseFilters(RethrowFilter));
}

/**
 * Marks a method that undoes events of one type which were applied and which their sender has voided. It gets
 * `@Payload() events: VoidedEvent[]` and the same context.
 */
export function LiaisonVoided(type: string): MethodDecorator {
  return applyDecorators(EventPattern<string>(voidedPattern(type), {}), UseFilters(RethrowFilter));
}

/**
 * Marks a method that is told of events of one type which were applied under an ended epoch and came again under a new
 * number, after their sender was restored: nothing is to be applied, only the number is new. It gets
 * `@Payload() events: ReceivedEvent<Payload>[]` and the same context.
 */
export function LiaisonRenumbered(type: string): MethodDecorator {
  return applyDecorators(EventPattern<string>(renumberedPattern(type), {}), UseFilters(RethrowFilter));
}

export const voidedPattern = (type: string): string => `voided:${type}`;
export const renumberedPattern = (type: string): string => `renumbered:${type}`;

export class DeliveryContext extends BaseRpcContext<[EntityManager]> {
  get manager(): EntityManager {
    const [manager] = this.getArgs();
    return manager;
  }
}
