import 'reflect-metadata';
import { ValidateIf } from 'class-validator';

export interface SettingOptions {
  /** Name of the environment variable. */
  readonly env: string;
  /** One sentence for the generated table. */
  readonly description: string;
  /** As it would stand in the environment. Absent: required, unless the property is `@IsOptional()`. */
  readonly default?: string;
  /** Never shown; may also come from the file that `<env>_FILE` names. */
  readonly secret?: boolean;
  /** Checked (and so required) only when another variable has this value. */
  readonly when?: { readonly env: string; readonly is: string };
}

export interface Setting extends SettingOptions {
  readonly property: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'list';
}

/** A class whose properties are settings. */
export type ConfigClass<T extends object = object> = new () => T;

const SETTINGS = Symbol('settings');

/** Binds a property to an environment variable; its class-validator rules say what the value should be. */
export function Setting(options: SettingOptions): PropertyDecorator {
  return (target, property) => {
    const setting: Setting = { ...options, property: String(property), type: typeOf(target, property) };
    Reflect.defineMetadata(SETTINGS, [...ownSettings(target), setting], target);
    const { when } = options;
    if (when)
      ValidateIf((config: object) => Reflect.get(config, propertyOf(config, when.env)) === when.is)(
        target,
        property,
      );
  };
}

/** Settings of a class, those of its base classes first. */
export function settingsOf(type: ConfigClass): readonly Setting[] {
  const chain: Setting[][] = [];
  for (
    let proto = type.prototype as object | null;
    proto;
    proto = Object.getPrototypeOf(proto) as object | null
  ) {
    chain.unshift(ownSettings(proto));
  }
  return chain.flat();
}

function ownSettings(target: object): Setting[] {
  return (Reflect.getOwnMetadata(SETTINGS, target) as Setting[] | undefined) ?? [];
}

function propertyOf(config: object, env: string): string {
  const setting = settingsOf(config.constructor as ConfigClass).find((candidate) => candidate.env === env);
  if (!setting)
    throw new TypeError(`@Setting({ when }) names ${env}, which is no setting of ${config.constructor.name}`);
  return setting.property;
}

function typeOf(target: object, property: string | symbol): Setting['type'] {
  switch (Reflect.getMetadata('design:type', target, property)) {
    case Number:
      return 'integer';
    case Boolean:
      return 'boolean';
    case Array:
      return 'list';
    default:
      return 'string';
  }
}
