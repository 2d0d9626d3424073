import { AppError } from '@liaison/kernel';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { accessOf, type Access, type IdentifiedRequest } from './access.decorators';
import { bearerToken } from './bearer-token';
import { TokenVerifier } from './token-verifier';

/** Global: a route that declares nobody is denied to everybody. */
@Injectable()
export class IdentityGuard implements CanActivate {
  private readonly declared = new WeakMap<object, Access | 'none'>();

  constructor(private readonly verifier: TokenVerifier) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Events carry no token: the envelope's seal says who sent them.
    if (context.getType() !== 'http') return true;
    const access = this.accessOf(context);
    if (access !== 'none' && access.public) return true;
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const token = bearerToken(request);
    if (token === undefined) {
      throw new AppError(
        'token-missing',
        'Send Authorization: Bearer with a token of the agency’s provider.',
      );
    }
    const identity = await this.verifier.verify(token);
    if (access === 'none') throw new AppError('route-not-declared', 'Nobody may call this address.');
    if (!access.roles.some((role) => identity.roles.includes(role))) {
      throw new AppError('role-missing', `This needs one of the roles ${access.roles.join(', ')}.`);
    }
    request.identity = identity;
    return true;
  }

  private accessOf(context: ExecutionContext): Access | 'none' {
    const handler = context.getHandler();
    let access = this.declared.get(handler);
    if (access === undefined) {
      access = accessOf(context.getClass(), handler) ?? 'none';
      this.declared.set(handler, access);
    }
    return access;
  }
}
