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
    prefecture: text.direction === 'rtl' ? isolated(receipt.prefecture) : receipt.prefecture,
  };
  const paragraphs = text.paragraphs.map((paragraph) =>
    paragraph
      .replaceAll(/\{(\w+)\}/g, (_mark, key: string) => values[key] ?? '')
      // A day or a name that ends with a full stop (`2026 г.`) ends its sentence too.
      .replaceAll('..', '.'),
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

/** How days are written: in Arabic with the digits of the receipt, in English as in Europe. */
const LOCALES: Readonly<Partial<Record<Language, string>>> = { ar: 'ar-u-nu-latn', en: 'en-GB' };

/** Days of a calendar have no time: they are written as they are, not as they were in some zone; on one line. */
function dayIn(language: Language, day: Day): string {
  const format = new Intl.DateTimeFormat(LOCALES[language] ?? language, {
    dateStyle: 'long',
    timeZone: 'UTC',
  });
  return format.format(new Date(`${day}T00:00:00Z`)).replaceAll(' ', '\u00a0');
}

/** A name in Latin letters inside a text from right to left: the full stop behind it stays behind it. */
const isolated = (name: string): string => `\u2068${name}\u2069`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
