import { getMetadataStorage } from 'class-validator';
import { markdownTable } from '../markdown-table';
import { settingsOf, type ConfigClass, type Setting } from './setting';

/** Markdown: one row a variable, with the services that read it. Generated into the documentation. */
export function settingsTable(services: Readonly<Record<string, ConfigClass>>): string {
  const rows = new Map<string, { setting: Setting; type: ConfigClass; readers: string[] }>();
  for (const [service, type] of Object.entries(services)) {
    for (const setting of settingsOf(type)) {
      const row = rows.get(setting.env) ?? { setting, type, readers: [] };
      row.readers.push(service);
      rows.set(setting.env, row);
    }
  }
  const all = Object.keys(services).length;
  const cells = [...rows.values()].map(({ setting, type, readers }) => [
    `\`${setting.env}\`${setting.secret ? ` or \`${setting.env}_FILE\`` : ''}`,
    setting.description,
    need(setting, type),
    readers.length === all ? 'all' : readers.join(', '),
  ]);
  return markdownTable(['Variable', 'Meaning', 'Default', 'Services'], cells);
}

function need(setting: Setting, type: ConfigClass): string {
  const when = setting.when ? ` when \`${setting.when.env}=${setting.when.is}\`` : '';
  if (setting.default !== undefined) return `\`${setting.default}\`${when}`;
  return isOptional(setting, type) ? `optional${when}` : `**required**${when}`;
}

function isOptional({ property }: Setting, type: ConfigClass): boolean {
  return getMetadataStorage()
    .getTargetValidationMetadatas(type, '', false, false)
    .some((rule) => rule.propertyName === property && rule.name === 'isOptional');
}
