import type { Convention, MatrixRow } from '@liaison/sharing-policy';
import { sectionsOf } from './matrix';
import { wordsFor } from './matrix-words';

/**
 * The matrix as one page that needs nothing else: for reading and printing, in French and in English, without scripts.
 */
export function matrixPage(rows: readonly MatrixRow[], conventions: readonly Convention[], at: Date): string {
  const day = at.toISOString().slice(0, 10);
  return `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Liaison ${day}</title>
<style>${STYLE}</style>
</head>
<body>
<input type="radio" name="language" id="fr" checked><label for="fr">Français</label>
<input type="radio" name="language" id="en"><label for="en">English</label>
<main>
<h1>${said('Qui apprend quoi, de qui', 'Who learns what, from whom')}</h1>
<p>${said(
    `Conventions en vigueur le ${day}. Ce qui ne figure pas ici n’est pas communiqué. Un fait que personne n’a établi est inconnu, et l’inconnu protège.`,
    `Conventions in force on ${day}. What does not stand here is not shared. A fact that nobody has established is unknown, and unknown protects.`,
  )}</p>
<ul>${conventions
    .filter(({ rules }) => rules.some(({ id }) => rows.some((row) => row.rules.includes(id))))
    .map(({ id, version, title }) => `<li>${escaped(title)} (${escaped(id)}, version ${version})</li>`)
    .join('')}</ul>
${sectionsOf(rows).map(sectionOf).join('\n')}
</main>
</body>
</html>
`;
}

function sectionOf(rows: readonly MatrixRow[]): string {
  const [first] = rows;
  if (!first) return '';
  const { from, to, event } = first;
  return `<section>
<h2>${named(from)} → ${named(to)}</h2>
<p><code>${escaped(event)}</code></p>
<table>
<thead><tr>${HEADINGS.map(([fr, en]) => `<th scope="col">${said(fr, en)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map(rowOf).join('\n')}
</tbody>
</table>
</section>`;
}

const HEADINGS = [
  ['Donnée', 'Field'],
  ['Traitement', 'Treatment'],
  ['À condition que', 'Provided that'],
  ['Lu par', 'Read by'],
  ['Règles et textes', 'Rules and articles'],
] as const;

function rowOf({ field, treatment, relation, facts, between, readers, rules, articles }: MatrixRow): string {
  const conditions = [
    ...(between?.map(({ agency, departement }) =>
      escaped(departement ? `${agency} (${departement})` : agency),
    ) ?? []),
    ...relation.map(named),
    ...facts.map(([fact, value]) => `${named(fact)} : ${named(String(value))}`),
  ];
  const cells = [
    conditions.join('<br>'),
    readers.map(named).join(', '),
    escaped([...rules, ...articles].join(', ')),
  ];
  const [kind = ''] = treatment.split(' ');
  return `<tr class="${kind}"><th scope="row">${escaped(field)}</th><td>${named(treatment)}</td>${cells
    .map((cell) => `<td>${cell}</td>`)
    .join('')}</tr>`;
}

function named(name: string): string {
  const { fr, en } = wordsFor(name);
  return fr === en ? escaped(fr) : said(fr, en);
}

function said(fr: string, en: string): string {
  return `<span lang="fr">${escaped(fr)}</span><span lang="en">${escaped(en)}</span>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#161616}
#fr:checked~main [lang=en],#en:checked~main [lang=fr]{display:none}
label{margin-right:1rem}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #929292;padding:.25rem .5rem;text-align:left;vertical-align:top;font-weight:normal;overflow-wrap:anywhere}
thead th{background:#eee;font-weight:bold}
tr.release td:nth-child(2){font-weight:bold}
tr.withhold td:nth-child(2){color:#595959}
h2{margin-top:2.5rem}
@media print{input,label{display:none}body{font-size:9.5pt;margin:0;max-width:none}thead{display:table-header-group}tr{break-inside:avoid}section{break-before:page}h2{break-after:avoid}}
`;
