import { Headers, Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiHeader, ApiParam } from '@nestjs/swagger';

/** Parameters of routes that stand in the OpenAPI document by themselves: what they may be refused with, too. */

/** A path parameter that is a UUID. */
export function UuidParam(name: string, description?: string): ParameterDecorator {
  return documented(
    ApiParam({ name, format: 'uuid', ...(description !== undefined && { description }) }),
    Param(name, new ParseUUIDPipe()),
  );
}

/** The header as it came, for `requireIfMatch`: a change of something holds only for the version that was read. */
export function IfMatch(of: string): ParameterDecorator {
  return documented(
    ApiHeader({ name: 'If-Match', required: true, description: `ETag of the ${of} that you have read` }),
    Headers('if-match'),
  );
}

/** A parameter's decorator that describes the route it stands in. */
export function documented(description: MethodDecorator, parameter: ParameterDecorator): ParameterDecorator {
  return (target, key, index) => {
    const method = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key !== undefined && method) description(target, key, method);
    parameter(target, key, index);
  };
}
