import { type AgencyWorld, startAgencyWorld } from '@liaison/testing';
import { ASE } from '../apps/ase/src/service';
import { ASSOCIATION } from '../apps/association/src/service';
import { AUDIT_LOG } from '../apps/audit-log/src/service';
import { PARTNER } from '../apps/partner/src/service';
import { POLICE } from '../apps/police/src/service';
import { PREFECTURE } from '../apps/prefecture/src/service';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}
interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly query: unknown }[] };
}

const rules = (
  parse(read('deploy/prometheus/alerts.yml')) as { groups: { name: string; rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('deploy/grafana/liaison.json')) as Dashboard;
const runbook = read('docs/operations.md');

/** Set by the scrape configuration or by Prometheus itself, on every series. */
const TARGET_LABELS = ['agency', 'instance', 'job'];
const KEYWORDS = [
  'and',
  'bool',
  'by',
  'group_left',
  'group_right',
  'ignoring',
  'offset',
  'on',
  'or',
  'unless',
  'without',
];

/** Metrics of a PromQL expression, each with the labels that it is matched or grouped by. */
function metricsOf(expr: string): { readonly metrics: string[]; readonly labels: string[] } {
  const labels: string[] = [];
  const bare = expr
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/\{([^}]*)\}/g, (_, matchers: string) => {
      labels.push(...[...matchers.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].flatMap(([, name]) => name ?? []));
      return '';
    })
    .replace(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g, (_, names: string) => {
      labels.push(...names.split(',').map((name) => name.trim()));
      return '';
    })
    .replace(/\[[^\]]*\]/g, '');
  const metrics = [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)]
    .filter(({ 0: word, index }) => !KEYWORDS.includes(word) && !/[\d.]/.test(bare[index - 1] ?? ''))
    .map(([word]) => word);
  return { metrics, labels };
}

/** As the pages of the forge make them from a heading. */
const anchors = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
  title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-'),
);

describe('alerts and dashboard', () => {
  let world: AgencyWorld;
  /** Names of series as Prometheus stores them, with their labels. */
  const exposed = new Map<string, readonly string[]>();

  beforeAll(async () => {
    world = await startAgencyWorld();
    // What one service alone has stands on its page beside what all have.
    const services = [
      await world.start({ agencyId: 'police-75', ...POLICE }),
      await world.start({ agencyId: 'prefecture-75', ...PREFECTURE }),
      await world.start({ agencyId: 'ase-75', env: { DEFAULT_UNIT: 'mna' }, ...ASE }),
      await world.start({ agencyId: 'asso-refuge', env: { DEFAULT_UNIT: 'foyer' }, ...ASSOCIATION }),
      await world.start({ agencyId: 'parquet-75', env: { DEFAULT_UNIT: 'mineurs' }, ...PARTNER }),
      await world.start({ agencyId: 'audit-log', ...AUDIT_LOG }),
    ];
    const pages = services.map(async (of) => (await of.anonymous().get('/metrics').expect(200)).text);
    const page = (await Promise.all(pages)).join('\n');
    const documented = new Map(
      [...read('docs/metrics.md').matchAll(/^\| `(\w+)` +\| \w+ +\| ([^|]*)\|/gm)].map(
        ([, name = '', labels = '']) => [
          name,
          [...labels.matchAll(/`(\w+)`/g)].flatMap(([, it]) => it ?? []),
        ],
      ),
    );
    for (const [, name = '', type] of page.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      const labels = documented.get(name) ?? [];
      if (type === 'histogram') {
        exposed.set(`${name}_bucket`, [...labels, 'le']);
        exposed.set(`${name}_count`, labels);
        exposed.set(`${name}_sum`, labels);
      } else exposed.set(name, labels);
    }
  });

  afterAll(() => world.stop());

  /** Reasons why an expression could never find anything. */
  function problemsOf(expr: string): string[] {
    const { metrics, labels } = metricsOf(expr);
    const unknown = metrics.filter((name) => name !== 'up' && !exposed.has(name));
    const known = [...TARGET_LABELS, ...metrics.flatMap((name) => exposed.get(name) ?? [])];
    const strange = labels.filter((label) => !known.includes(label));
    return [
      ...(metrics.length === 0 ? ['no metric'] : []),
      ...unknown.map((name) => `no such metric: ${name}`),
      ...strange.map((label) => `no such label: ${label}`),
    ];
  }

  it('would notice a metric or a label that no service has', () => {
    expect(problemsOf('max by (agency) (rate(liaison_refused_total{topic="x"}[5m])) > 2e3')).toEqual([]);
    expect(problemsOf('liaison_gone > 1 and on (instance) up == 1')).toEqual([
      'no such metric: liaison_gone',
    ]);
    expect(problemsOf('sum by (person) (liaison_ready{case="x"})')).toEqual([
      'no such label: case',
      'no such label: person',
    ]);
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s asks for what a service exposes',
    (_, rule) => {
      expect(problemsOf(rule.expr)).toEqual([]);
    },
  );

  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s says how bad it is and what to do',
    (name, rule) => {
      expect(['critical', 'warning']).toContain(rule.labels.severity);
      expect(rule.annotations.summary).toContain('{{ $labels.agency }}');
      expect(rule.annotations.runbook).toBe(`docs/operations.md#${name.toLowerCase()}`);
      expect(anchors).toContain(name.toLowerCase());
      if (rule.for !== undefined) expect(rule.for).toMatch(/^\d+[smh]$/);
    },
  );

  it('have a runbook whose links lead to sections that it has', () => {
    const targets = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(targets.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  it('have no runbook without an alert', () => {
    const headings = [...runbook.matchAll(/^#+ (Liaison[A-Z]\w+)$/gm)].map(([, name]) => name);
    expect(headings.sort()).toEqual(rules.map(({ alert }) => alert).sort());
  });

  it('show only what a service exposes, with labels that it has', () => {
    const queries = dashboard.panels.filter(({ type }) => type !== 'row');
    expect(queries.length).toBeGreaterThan(15);
    const problems = queries.flatMap(({ title, targets = [] }) => [
      ...(targets.length === 0 ? [`${title}: no query`] : []),
      ...targets.flatMap(({ expr, legendFormat }) => [
        ...problemsOf(expr.replaceAll('$agency', '.*')).map((problem) => `${title}: ${problem}`),
        ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)]
          .filter(([, label = '']) => ![...TARGET_LABELS, ...[...exposed.values()].flat()].includes(label))
          .map(([, label]) => `${title}: no such label: ${label}`),
      ]),
    ]);
    expect(problems).toEqual([]);
  });

  it('show every metric that a service defines', () => {
    const shown = new Set(
      [
        ...rules.map(({ expr }) => expr),
        ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ].flatMap((expr) => metricsOf(expr).metrics),
    );
    const own = [...exposed.keys()].filter((name) => name.startsWith('liaison_'));
    expect(own.filter((name) => !shown.has(name))).toEqual([]);
  });

  it('group by the label that the scrape configuration sets', () => {
    const { scrape_configs } = parse(read('deploy/prometheus/prometheus.yml')) as {
      scrape_configs: { job_name: string; static_configs: { labels: Record<string, string> }[] }[];
    };
    expect(scrape_configs.map(({ job_name }) => job_name)).toEqual(['liaison']);
    const agencies = scrape_configs[0]?.static_configs.map(({ labels }) => labels['agency']) ?? [];
    expect(agencies.filter((id) => !id || !world.directory.findAgency(id))).toEqual([]);
    expect(agencies).not.toHaveLength(0);
  });
});
