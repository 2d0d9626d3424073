import { RIGHT_TO_LEFT } from './document';

/** A character that the fonts do not have, so that nothing is lost and nobody takes a box for a letter. */
export const codeOf = (character: string): string =>
  `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;

/** Text as it can be printed: in normal form, with the code of each character that the fonts do not have. */
export function printable(text: string, fontOf: (character: string) => unknown): string {
  return [...text.normalize('NFC')]
    .map((character) => (/\s/.test(character) || fontOf(character) ? character : codeOf(character)))
    .join('');
}

/**
 * A text in the fewest parts that have one font each.
 * @param fontOf a character's, beside one of that font
 */
export function runsOf<Font>(
  text: string,
  fontOf: (character: string, beside: Font | undefined) => Font,
): readonly { readonly font: Font; readonly text: string }[] {
  const runs: { font: Font; text: string }[] = [];
  for (const character of text) {
    const last = runs.at(-1);
    const font = fontOf(character, last?.font);
    if (last && last.font === font) last.text += character;
    else runs.push({ font, text: character });
  }
  return runs;
}

/**
 * One paragraph in lines of words, each as wide as it may be. A word that is wider than a line is cut.
 * @param widthOf a text's width, in the same unit as `width`
 */
export function linesOf(text: string, width: number, widthOf: (text: string) => number): string[][] {
  const space = widthOf(' ');
  const lines: string[][] = [[]];
  let used = 0;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    for (const part of widthOf(word) <= width ? [word] : cut(word, width, widthOf)) {
      const needed = widthOf(part);
      const line = lines.at(-1) ?? [];
      if (line.length > 0 && used + space + needed > width) {
        lines.push([part]);
        used = needed;
      } else {
        used += needed + (line.length > 0 ? space : 0);
        line.push(part);
      }
    }
  }
  return lines;
}

/** A mark stays with its letter. */
const GRAPHEMES = new Intl.Segmenter('fr', { granularity: 'grapheme' });

function cut(word: string, width: number, widthOf: (text: string) => number): string[] {
  const parts: string[] = [''];
  for (const { segment: character } of GRAPHEMES.segment(word)) {
    const last = parts.at(-1) ?? '';
    if (last !== '' && widthOf(last + character) > width) parts.push(character);
    else parts[parts.length - 1] = last + character;
  }
  return parts;
}

/**
 * The words of a line as they stand from left to right in a document that is written from left to right: a run of words
 * of Arabic or Hebrew, with what stands between them, is turned round. Inside a word the font does it.
 */
export function visualOrder(words: readonly string[]): readonly string[] {
  const ordered: string[] = [];
  for (let at = 0; at < words.length;) {
    if (!RIGHT_TO_LEFT.test(words[at] ?? '')) {
      ordered.push(words[at] ?? '');
      at += 1;
      continue;
    }
    let end = at + 1;
    for (let next = end; next < words.length && !LEFT_TO_RIGHT.test(words[next] ?? ''); next += 1) {
      if (RIGHT_TO_LEFT.test(words[next] ?? '')) end = next + 1;
    }
    ordered.push(...words.slice(at, end).reverse());
    at = end;
  }
  return ordered;
}

/** Letters that no neighbour turns round; numbers and signs are. */
const LEFT_TO_RIGHT =
  /(?=\p{L})[^\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
