import Table from 'cli-table3';

/** One result: what was measured, and what it should be where that was said. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: { readonly least: number } | { readonly most: number };
}

export interface Measurement {
  readonly name: string;
  readonly figures: readonly Figure[];
}

export function meets({ value, target }: Figure): boolean | undefined {
  if (!target) return undefined;
  return 'least' in target ? value >= target.least : value <= target.most;
}

export function tableOf({ name, figures }: Measurement): string {
  const table = new Table({
    head: [name, '', '', 'target'],
    colAligns: ['left', 'right', 'left', 'left'],
    style: { head: [], border: [] },
  });
  for (const figure of figures) {
    table.push([figure.name, rounded(figure.value), figure.unit, verdict(figure)]);
  }
  return table.toString();
}

const rounded = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 20 ? 2 : 0 });

function verdict(figure: Figure): string {
  const { target } = figure;
  if (!target) return '';
  const wanted = 'least' in target ? `${target.least} or more` : `${target.most} or less`;
  return `${wanted}: ${meets(figure) ? 'met' : 'MISSED'}`;
}
