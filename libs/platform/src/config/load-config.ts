import { readFileSync } from 'node:fs';
import { AppError } from '@liaison/kernel';
import { validateSync } from 'class-validator';
import { settingsOf, type ConfigClass, type Setting } from './setting';

/** As `process.env`. An empty variable counts as absent. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks every setting of a class.
 * @throws AppError `config-invalid`: its message lists each variable and what it should be, never a value.
 */
export function loadConfig<T extends object>(type: ConfigClass<T>, env: Environment): T {
  const config = new type();
  const settings = settingsOf(type);
  const problems: Record<string, string> = {};
  for (const setting of settings) {
    try {
      const text = read(setting, env);
      Reflect.set(config, setting.property, text === undefined ? undefined : convert(setting, text));
    } catch (error) {
      problems[setting.env] = (error as Error).message;
    }
  }
  for (const { property, constraints } of validateSync(config, { stopAtFirstError: true })) {
    const setting = settings.find((candidate) => candidate.property === property);
    const message = Object.values(constraints ?? {})[0];
    if (!setting || !message || problems[setting.env]) continue;
    const missing = Reflect.get(config, property) === undefined;
    problems[setting.env] =
      `${missing ? 'is missing; it ' : ''}${message.replace(`${property} `, '')} (${setting.description})`;
  }
  const lines = Object.entries(problems).map(([name, problem]) => `  ${name} ${problem}`);
  if (lines.length > 0) {
    throw new AppError('config-invalid', `Set these environment variables:\n${lines.join('\n')}`, {
      fields: problems,
    });
  }
  return Object.freeze(config);
}

function read({ env: name, secret, default: fallback }: Setting, env: Environment): string | undefined {
  const direct = env[name] || undefined;
  const file = secret ? env[`${name}_FILE`] || undefined : undefined;
  if (file === undefined) return direct ?? fallback;
  if (direct !== undefined) throw new Error(`is set twice: keep ${name} or ${name}_FILE, not both`);
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw new Error(`cannot be read: make the file that ${name}_FILE names exist and be readable`);
  }
}

function convert(setting: Setting, text: string): unknown {
  switch (setting.type) {
    case 'integer':
      if (!/^-?\d{1,15}$/.test(text)) throw new Error(`must be an integer (${setting.description})`);
      return Number(text);
    case 'boolean':
      if (text !== 'true' && text !== 'false')
        throw new Error(`must be true or false (${setting.description})`);
      return text === 'true';
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    default:
      return text;
  }
}
