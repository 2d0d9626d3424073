import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Container {
  readonly image: string;
  readonly build?: { readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly restart?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: {
    readonly resources?: { readonly limits?: { readonly cpus?: string; readonly memory?: string } };
  };
}
interface Compose {
  readonly services: Readonly<Record<string, Container>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const compose = parse(read('docker-compose.yml'), { merge: true, maxAliasCount: -1 }) as Compose;
const containers = Object.entries(compose.services);
const containerFile = read('deploy/Dockerfile');

/** As docs/configuration.md, which is generated from the classes that check them at start. */
const settings = [
  ...read('docs/configuration.md').matchAll(
    /^\| `(\w+)`( or `\w+_FILE`)? +\| .*? \| ([^|]*) \| ([^|]*) \|$/gm,
  ),
].map(([, name = '', file, need = '', services = '']) => ({
  name,
  secret: file !== undefined,
  needed: need.includes('**required**') && !need.includes('BROKER=embedded'),
  services: services.trim(),
}));
const SERVICES = {
  police: 'police-75',
  prefecture: 'prefecture-75',
  association: 'asso-refuge',
  ase: 'ase-75',
  partner: 'parquet-75',
  'audit-log': 'audit-log',
};
const agencyServices = Object.keys(SERVICES);

const nameOf = (volume: string): string => volume.split(':')[0] ?? '';

describe('docker-compose.yml', () => {
  it('has what docs/operations.md describes', () => {
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining([...agencyServices, 'postgres', 'kafka-1', 'kafka-2', 'kafka-3', 'topics']),
    );
    expect(settings.length).toBeGreaterThan(20);
  });

  it.each(containers)('%s is pinned, without rights, bounded and watched', (_, it) => {
    expect(it.image).toMatch(/:v?\d+\.\d+(\.\d+)?[\w.-]*$/);
    expect(it.user).toMatch(/^(?!0|root)\w+(:\d+)?$/);
    expect(it.read_only).toBe(true);
    expect(it.cap_drop).toEqual(['ALL']);
    expect(it.security_opt).toEqual(['no-new-privileges:true']);
    expect(it.deploy?.resources?.limits).toEqual({
      cpus: expect.stringMatching(/^\d+(\.\d+)?$/) as string,
      memory: expect.stringMatching(/^\d+[MG]$/) as string,
    });
    if (it.restart === 'no') expect(it.healthcheck).toEqual({ disable: true });
    else {
      expect(it.restart).toBe('unless-stopped');
      expect(it.healthcheck?.test?.[0]).toBe('CMD');
    }
  });

  it.each(containers)('%s names only what there is', (_, it) => {
    expect((it.secrets ?? []).filter((name) => !(name in compose.secrets))).toEqual([]);
    expect((it.networks ?? []).filter((name) => !(name in compose.networks))).toEqual([]);
    for (const volume of (it.volumes ?? []).map(nameOf)) {
      if (volume.startsWith('./')) expect([volume, existsSync(join(root, volume))]).toEqual([volume, true]);
      else expect(Object.keys(compose.volumes)).toContain(volume);
    }
    for (const [name, { condition }] of Object.entries(it.depends_on ?? {})) {
      const other = compose.services[name];
      expect(other).toBeDefined();
      expect(condition).toBe(other?.restart === 'no' ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  it.each(containers)('%s reads its secrets from files, and only those that it is given', (_, it) => {
    const environment = Object.entries(it.environment ?? {});
    const files = environment.flatMap(([name, value]) => (/_FILE$/.test(name) ? [value] : []));
    const given = (it.secrets ?? []).map((name) => `/run/secrets/${name}`);
    for (const file of files.filter((name) => name.startsWith('/run/secrets/')))
      expect(given).toContain(file);
    const direct = environment.filter(
      ([name]) => /PASSWORD|SECRET|_KEY$|DATABASE_URL/.test(name) && !name.endsWith('_FILE'),
    );
    expect(direct).toEqual([]);
  });

  it('lets nobody from outside to the brokers and the databases', () => {
    expect(compose.networks['inside']).toEqual({ internal: true });
    for (const [name, { networks, ports = [] }] of containers) {
      if (/^(postgres|kafka-\d)$/.test(name)) expect([networks, ports]).toEqual([['inside'], []]);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
    const published = containers.flatMap(([, { ports = [] }]) => ports.map((port) => port.split(':')[1]));
    expect(new Set(published).size).toBe(published.length);
  });

  describe.each(agencyServices)('%s', (service) => {
    const container = compose.services[service];
    const environment = container?.environment ?? {};
    const own = settings.filter(
      ({ services }) => services === 'all' || services.split(', ').includes(service),
    );

    it('is told every setting that it needs, and nothing that it does not know', () => {
      const known = own.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name]));
      expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
      const missing = own.filter(
        ({ name, needed }) => needed && !(name in environment) && !(`${name}_FILE` in environment),
      );
      expect(missing).toEqual([]);
      expect(own.filter(({ name, secret }) => secret && name in environment)).toEqual([]);
    });

    it('is the agency that the directory, the brokers and Prometheus know', () => {
      const agency = environment['AGENCY_ID'];
      expect(agency).toBe(SERVICES[service as keyof typeof SERVICES]);
      expect(read('config/directory.demo.yaml')).toContain(`- id: ${agency}\n`);
      expect(environment['KAFKA_USERNAME']).toBe(agency);
      expect(compose.services['kafka-1']?.environment?.['KAFKA_USERS']?.split(' ')).toContain(agency);
      const { scrape_configs } = parse(read('deploy/prometheus/prometheus.yml')) as {
        scrape_configs: { static_configs: { targets: string[]; labels: { agency: string } }[] }[];
      };
      expect(scrape_configs[0]?.static_configs).toContainEqual({
        targets: [`${service}:${environment['HTTP_PORT']}`],
        labels: { agency },
      });
    });

    it('starts after its migrations, which are a step of their own with the owner’s URL alone', () => {
      expect(container?.command).toEqual([`dist/${service}.js`]);
      expect(container?.depends_on).toEqual({
        topics: { condition: 'service_completed_successfully' },
        [`${service}-migrate`]: { condition: 'service_completed_successfully' },
      });
      const step = compose.services[`${service}-migrate`];
      expect(step?.command).toEqual([`apps/${service}/dist/migrate.js`]);
      expect(Object.keys(step?.environment ?? {})).toEqual(['DATABASE_URL_MIGRATE_FILE']);
      expect(container?.secrets).not.toContain(`${service}-database-migrate`);
    });

    it('runs what the build makes of a source that is there', () => {
      for (const it of [container, compose.services[`${service}-migrate`], compose.services['topics']]) {
        const source = it?.command?.[0]
          ?.replace(/^dist\/(.*)\.js$/, 'apps/$1/dist/main.js')
          .replace('/dist/', '/src/')
          .replace(/\.js$/, '.ts');
        expect([source, existsSync(join(root, source ?? 'none'))]).toEqual([source, true]);
      }
    });
  });
});

describe('deploy/make-secrets.sh', () => {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-secrets-'));
  const make = (): string =>
    execFileSync('bash', [join(root, 'deploy/make-secrets.sh'), folder], { encoding: 'utf8' });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes each secret that the compose file names, and keeps those that are there', () => {
    make();
    const named = Object.values(compose.secrets).map(({ file }) => file.replace('./deploy/secrets/', ''));
    expect(readdirSync(folder).sort()).toEqual(named.sort());
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const before = named.map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(make()).toBe('');
    expect(named.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(before);
    expect(new Set(before).size).toBe(named.length);
  });

  it('writes URLs of the roles that the migrations grant to', () => {
    const url = new URL(readFileSync(join(folder, 'audit-log-database-serve'), 'utf8'));
    expect([url.username, url.host, url.pathname]).toEqual([
      'audit_log_serve',
      'postgres:5432',
      '/audit_log',
    ]);
    expect(readFileSync(join(folder, 'kafka-cluster-id'), 'utf8')).toMatch(/^[A-Za-z0-9]{22}$/);
  });
});

describe('deploy/kafka/start.sh', () => {
  const render = (env: Record<string, string>): Map<string, string> => {
    const text = execFileSync('bash', [join(root, 'deploy/kafka/start.sh'), '--render'], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    });
    return new Map(
      text.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
    );
  };
  const brokers = [1, 2, 3].map((id) => compose.services[`kafka-${id}`]?.environment ?? {});

  it('keeps what an acknowledged message rests on', () => {
    for (const [index, environment] of brokers.entries()) {
      const properties = render(environment);
      expect(Object.fromEntries(properties)).toMatchObject({
        'node.id': String(index + 1),
        'controller.quorum.voters': '1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093',
        'advertised.listeners': `SASL_PLAINTEXT://kafka-${index + 1}:9092`,
        'default.replication.factor': '3',
        'min.insync.replicas': '2',
        'offsets.topic.replication.factor': '3',
        'unclean.leader.election.enable': 'false',
        'auto.create.topics.enable': 'false',
        'allow.everyone.if.no.acl.found': 'false',
      });
    }
  });

  it('is configured as the brokers that every test runs against', () => {
    const local = readFileSync(join(root, 'libs/local-stack/src/kafka-config.ts'), 'utf8');
    const names = [...local.matchAll(/^ {4,6}(?:'([a-z0-9._-]+)'|(listeners)):/gm)].map(
      ([, quoted, bare]) => quoted ?? bare,
    );
    /** There each listener is configured in a loop. */
    const isOfListener = (name: string | undefined): boolean => name?.startsWith('listener.name.') ?? true;
    const ours = [...render(brokers[0] ?? {}).keys()].filter((name) => name !== '' && !isOfListener(name));
    /** Of one machine and few consumers; a cluster keeps Kafka's defaults. */
    const small = [
      'group.initial.rebalance.delay.ms',
      'offsets.topic.num.partitions',
      'transaction.state.log.num.partitions',
    ];
    expect(ours.sort()).toEqual(
      [...names, 'controller.quorum.fetch.timeout.ms', 'controller.quorum.election.timeout.ms']
        .filter(
          (name, index, all) =>
            all.indexOf(name) === index && !small.includes(name ?? '') && !isOfListener(name),
        )
        .sort(),
    );
  });

  it('refuses a node that is not one of them, and tells no password', () => {
    expect(() => render({ ...brokers[0], KAFKA_NODE_ID: '4' })).toThrow(/Command failed/);
    expect([...render(brokers[0] ?? {}).values()].join('\n')).toMatch(/password="\*{8}"/);
  });
});

describe('deploy/Dockerfile', () => {
  const stages = [...containerFile.matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image);
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };

  it('builds in one stage and serves from another, on one Node LTS pinned to its patch', () => {
    expect(stages).toHaveLength(2);
    expect(new Set(stages).size).toBe(1);
    const [, major] = /^node:(\d+)\.\d+\.\d+-[a-z]+-slim$/.exec(stages[0] ?? '') ?? [];
    // Even majors become LTS; 20 ended in April 2026.
    expect([22, 24]).toContain(Number(major));
    expect(engines.node).toBe('>=20.19.0');
  });

  it('serves as nobody in particular, with a health check', () => {
    const serving = containerFile.slice(containerFile.lastIndexOf('\nFROM '));
    expect(serving).toMatch(/^USER 1000:1000$/m);
    expect(serving.indexOf('USER')).toBeGreaterThan(serving.lastIndexOf('COPY'));
    expect(serving).toMatch(/^HEALTHCHECK .*healthcheck\.mjs/m);
    expect(containerFile).not.toMatch(/:latest|ADD |--allow-root|\bsudo\b/);
  });

  it('copies only what its context has', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...containerFile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    expect(copied.filter((file) => !allowed.includes(file))).toEqual([]);
    expect(allowed.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(copied.length).toBeGreaterThan(8);
  });
});
