import { RequestMethod, type INestApplicationContext, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { accessOf, type Access } from './access.decorators';

export interface Route {
  /** `GET`, `POST`, ... */
  readonly method: string;
  /** Express pattern, e.g. `/v1/notices/:id`. */
  readonly path: string;
  readonly handler: string;
  /** Absent: denied to everybody. */
  readonly access?: Access;
}

/** Every route that a controller declares, so that a test can walk them all. */
export function listRoutes(app: INestApplicationContext): readonly Route[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  const types = new Set(controllers.map(({ metatype }) => metatype as Type<object>));
  return [...types].flatMap((type) => routesOf(type)).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const key = ({ path, method }: Route): string => `${path} ${method}`;

function routesOf(controller: Type<object>): Route[] {
  const prototype = controller.prototype as object;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = Reflect.get(prototype, name) as object;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const access = accessOf(controller, handler);
    return paths(controller).flatMap((prefix) =>
      paths(handler).map((path) => ({
        method: RequestMethod[method],
        path: join(prefix, path),
        handler: `${controller.name}.${name}`,
        ...(access && { access }),
      })),
    );
  });
}

function paths(target: object): string[] {
  const path = Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined;
  return Array.isArray(path) ? path : [path ?? ''];
}

function join(...parts: string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
}
