import { AllowRoles, type Role } from '@liaison/platform';
import type { Type } from '@nestjs/common';

/** The same controller under the same name; what a route itself declares comes first. */
export function openTo(roles: readonly [Role, ...Role[]], controller: Type<object>): Type<object> {
  const Opened = class extends controller {};
  Object.defineProperty(Opened, 'name', { value: controller.name });
  AllowRoles(...roles)(Opened);
  return Opened;
}
