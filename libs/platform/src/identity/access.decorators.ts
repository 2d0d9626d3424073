import 'reflect-metadata';
import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { Request } from 'express';
import type { Identity, Role } from './identity';

const ACCESS = 'liaison:access';

/** Who may call a route. A route, or its controller, that declares none is denied to everybody. */
export type Access = { readonly public: true } | { readonly public: false; readonly roles: readonly Role[] };

/** Anybody, without a token. */
export const Public = (): ClassDecorator & MethodDecorator =>
  SetMetadata(ACCESS, { public: true } satisfies Access);

/** Holders of at least one of these roles, in this agency. */
export const AllowRoles = (...roles: [Role, ...Role[]]): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(ACCESS, { public: false, roles } satisfies Access), ApiBearerAuth());

/** What a route declares, its handler before its controller. */
export function accessOf(controller: object, handler: object): Access | undefined {
  const access: unknown = Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller);
  return access as Access | undefined;
}

/** A request that passed the guard. */
export type IdentifiedRequest = Request & { identity?: Identity };

/** Parameter: the verified `Identity` of the caller. */
export const CurrentIdentity = createParamDecorator((_: unknown, context: ExecutionContext): Identity => {
  const { identity } = context.switchToHttp().getRequest<IdentifiedRequest>();
  if (!identity) throw new TypeError('@CurrentIdentity() stands on a route that is @Public()');
  return identity;
});
