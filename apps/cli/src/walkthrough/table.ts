import Table from 'cli-table3';

/** No output is wider. */
export const WIDTH = 110;
const INDENT = '  ';
const GAP = '  ';

export interface Column {
  readonly title: string;
  readonly width: number;
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: GAP,
};

/** A table in plain text: no colours, no frame, long cells wrapped. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: columns.map(({ width }) => width),
    wordWrap: true,
  });
  table.push(columns.map(({ title }) => title));
  table.push(columns.map(({ width }) => '-'.repeat(width)));
  table.push(...rows.map((row) => row.map((cell, index) => breakable(cell, columns[index]?.width ?? WIDTH))));
  return table
    .toString()
    .split('\n')
    .map((line) => `${INDENT}${line}`.trimEnd());
}

/** A word longer than its column would be cut off. */
function breakable(text: string, width: number): string {
  return text.replace(new RegExp(`\\S{${width}}(?=\\S)`, 'g'), '$& ');
}

/** Text in lines of at most `WIDTH`, indented like a table. */
export function textLines(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1] ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (INDENT.length + longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => INDENT + line);
}
