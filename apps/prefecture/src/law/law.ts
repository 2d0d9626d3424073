import { AppError } from '@liaison/kernel';
import { addDays, addMonths, type Day } from './days';
import { LEGAL_TEXTS, type LegalSubject, type LegalText } from './legal-texts';

/** The text in force on the day of an act. @throws AppError `no-legal-text` */
export function textInForce(subject: LegalSubject, day: Day, texts = LEGAL_TEXTS): LegalText {
  const text = findText(subject, day, texts);
  if (text) return text;
  throw new AppError(
    'no-legal-text',
    'No text that this service knows was in force on that day: correct the date, or the list of texts.',
  );
}

export function findText(subject: LegalSubject, day: Day, texts = LEGAL_TEXTS): LegalText | undefined {
  return texts.find(
    (text) => text.subject === subject && text.from <= day && (text.until === undefined || day <= text.until),
  );
}

/** The last day of a term that began on `day`: the day itself is not counted, the last one is included. */
export function termEnd({ term }: LegalText, day: Day): Day {
  return addDays(addMonths(day, term?.months ?? 0), term?.days ?? 0);
}

/** As documents cite it. */
export function citation({ article, citedAs }: LegalText): string {
  return citedAs ? `${article} (${citedAs})` : article;
}
