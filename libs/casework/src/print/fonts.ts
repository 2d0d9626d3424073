import type { Font } from 'fontkit';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Fonts of one script each, read when a name needs one. DejaVu has the scripts that do not stand here. */
const FONTS_OF_SCRIPTS = {
  hangul: [/\p{Script=Hangul}/u, 'nanum-gothic', 'NanumGothic'],
  ethiopic: [/\p{Script_Extensions=Ethiopic}/u, 'noto-sans-ethiopic', 'NotoSansEthiopic'],
  devanagari: [/\p{Script_Extensions=Devanagari}/u, 'noto-sans-devanagari', 'NotoSansDevanagari'],
  bengali: [/\p{Script_Extensions=Bengali}/u, 'noto-sans-bengali', 'NotoSansBengali'],
  tamil: [/\p{Script_Extensions=Tamil}/u, 'noto-sans-tamil', 'NotoSansTamil'],
  sinhala: [/\p{Script_Extensions=Sinhala}/u, 'noto-sans-sinhala', 'NotoSansSinhala'],
  thai: [/\p{Script_Extensions=Thai}/u, 'noto-sans-thai', 'NotoSansThai'],
  khmer: [/\p{Script_Extensions=Khmer}/u, 'noto-sans-khmer', 'NotoSansKhmer'],
} as const;

type ScriptFont = keyof typeof FONTS_OF_SCRIPTS;

/** `regular` and `bold` have most scripts, `han` what these lack of Chinese and Japanese. */
export type FontName = 'regular' | 'bold' | 'han' | ScriptFont;

/** Which of a document's fonts has a character, beside `regular` its bold. */
export interface Fonts {
  /**
   * @param beside the font of the character before it: a mark is written with its letter
   * @returns nothing where no font has it
   */
  readonly of: (character: string, beside?: FontName) => Exclude<FontName, 'bold'> | undefined;
  /** Whether a text of characters that the font has can be set in it. */
  readonly sets: (text: string, font: FontName) => boolean;
}

const SCRIPTS = Object.entries(FONTS_OF_SCRIPTS) as [ScriptFont, (typeof FONTS_OF_SCRIPTS)[ScriptFont]][];

/** Marks and joiners: of the script of what they stand beside. */
const INHERITED = /\p{Script=Inherited}/u;

const isOfScript = (name: FontName | undefined): name is ScriptFont =>
  name !== undefined && name in FONTS_OF_SCRIPTS;

/** Up to eight megabytes are read for a document that has a name in such a script, and for no other. */
export async function fontsOf(document: PDFKit.PDFDocument): Promise<Fonts> {
  const { create } = await import('fontkit');
  document.registerFont('regular', fontFile());
  document.registerFont('bold', boldFontFile());
  const regular = await printableCharacters();
  const opened = new Map<FontName, Font>();
  const open = (name: 'han' | ScriptFont): Font => {
    const known = opened.get(name);
    if (known) return known;
    const bytes = readFont(name === 'han' ? hanFontFile() : scriptFontFile(name));
    document.registerFont(name, bytes);
    const font = create(bytes) as Font;
    opened.set(name, font);
    return font;
  };
  const has = (name: 'han' | ScriptFont, character: string) =>
    open(name).hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
  const find = (character: string): ReturnType<Fonts['of']> => {
    if (regular(character)) return 'regular';
    const script = SCRIPTS.find(([name, [pattern]]) => pattern.test(character) && has(name, character));
    if (script) return script[0];
    return has('han', character) ? 'han' : undefined;
  };
  const known = new Map<string, ReturnType<Fonts['of']>>();
  const set = new Map<string, boolean>();
  return {
    of(character, beside) {
      if (isOfScript(beside) && INHERITED.test(character) && has(beside, character)) return beside;
      if (!known.has(character)) known.set(character, find(character));
      return known.get(character);
    },
    sets(text, name) {
      if (!isOfScript(name)) return true;
      const key = `${name} ${text}`;
      if (!set.has(key)) set.set(key, canLayOut(open(name), text));
      return set.get(key) ?? false;
    },
  };
}

/** fontkit throws where a mark has no place on what it follows, as no word has it. */
function canLayOut(font: Font, text: string): boolean {
  try {
    font.layout(text);
    return true;
  } catch {
    return false;
  }
}

/** Says of a character whether the font `regular` has it. */
export async function printableCharacters(): Promise<(character: string) => boolean> {
  const glyphs = await loadRegular();
  const known = new Map<string, boolean>();
  return (character) => {
    const has = known.get(character) ?? glyphs.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
    known.set(character, has);
    return has;
  };
}

let font: Font | undefined;

async function loadRegular(): Promise<Font> {
  if (!font) {
    const { create } = await import('fontkit');
    font = create(readFileSync(fontFile())) as Font;
  }
  return font;
}

const fontFile = (): string => require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const boldFontFile = (): string => require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf');

/** The package opens no path of its own but its entry. */
const hanFontFile = (): string =>
  join(dirname(require.resolve('@embedpdf/fonts-sc')), '..', 'fonts', 'NotoSansHans-Regular.otf');

function scriptFontFile(name: ScriptFont): string {
  const [, folder, family] = FONTS_OF_SCRIPTS[name];
  return require.resolve(`@expo-google-fonts/${folder}/400Regular/${family}_400Regular.ttf`);
}

/** fontkit reads the ten bytes of a glyph's head where an empty glyph ends the file: some must follow. */
const readFont = (file: string): Buffer => Buffer.concat([readFileSync(file), Buffer.alloc(16)]);
