import type { Day } from '../law/days';
import { INFORMATION, type InformationText, type Language } from './information-texts';

export interface Information extends Omit<InformationText, 'name'> {
  readonly language: Language;
}

/** The information for the person, with the days of the receipt written as they are in that language. */
export function informationIn(
  language: Language,
  receipt: { readonly from: Day; readonly until: Day; readonly prefecture: string },
): Information {
  const { name: _, ...text } = INFORMATION[language];
  const values: Record<string, string> = {
    from: dayIn(language, receipt.from),
    until: dayIn(language, receipt.until),
    prefecture: receipt.prefecture,
  };
  const paragraphs = text.paragraphs.map((paragraph) =>
    paragraph.replaceAll(/\{(\w+)\}/g, (_mark, key: string) => values[key] ?? ''),
  );
  return { language, ...text, paragraphs };
}

/** A page of its own, to be printed: the reader's browser has the fonts and the direction of every script. */
export function informationPage({ language, direction, title, paragraphs }: Information): string {
  const text = paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`).join('\n');
  return `<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>
body { font: 13pt/1.6 system-ui, sans-serif; max-width: 36em; margin: 2em auto; padding: 0 1em; }
@page { margin: 2cm; }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${text}
</body>
</html>
`;
}

/** Days of a calendar have no time: they are written as they are, not as they were in some zone. */
function dayIn(language: Language, day: Day): string {
  const format = new Intl.DateTimeFormat(language === 'ar' ? 'ar-u-nu-latn' : language, {
    dateStyle: 'long',
    timeZone: 'UTC',
  });
  return format.format(new Date(`${day}T00:00:00Z`));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
