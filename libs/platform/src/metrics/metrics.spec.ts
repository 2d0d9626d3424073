import { Metrics } from './metrics';

describe('Metrics', () => {
  const metrics = new Metrics();

  it('gives the same metric for the same name', async () => {
    metrics.counter('things_total', 'Things', ['kind']).inc({ kind: 'a' });
    metrics.counter('things_total', 'Things', ['kind']).inc({ kind: 'a' });
    expect(await metrics.registry.metrics()).toContain('things_total{kind="a"} 2');
  });

  it('reads gauges at each scrape, and does without one that cannot be read', async () => {
    let depth = 3;
    let away = false;
    const read = async (): Promise<number> => {
      if (away) throw new Error('the database is away');
      return depth;
    };
    metrics.gauge('depth', 'Depth', [], async (gauge) => gauge.set(await read()));
    metrics.gauge('depth_of', 'Depth', ['lane'], async (gauge) => gauge.set({ lane: '1' }, await read()));
    expect(await metrics.registry.metrics()).toMatch(/^depth 3\n(.|\n)*^depth_of\{lane="1"\} 3$/m);
    away = true;
    const without = await metrics.registry.metrics();
    expect(without).not.toMatch(/^depth(_of\{lane="1"\})? \d/m);
    expect(without).toContain('process_cpu_user_seconds_total');
    away = false;
    depth = 4;
    expect(await metrics.registry.metrics()).toMatch(/^depth 4\n(.|\n)*^depth_of\{lane="1"\} 4$/m);
  });

  it('counts by other agency, and forgets one of which there is nothing any more', async () => {
    let waiting = [
      { agency: 'police-75', depth: 2 },
      { agency: 'ase-75', depth: 1 },
    ];
    metrics.gaugeByPeer('waiting', 'Waiting', () => Promise.resolve(waiting));
    expect(await metrics.registry.metrics()).toMatch(
      /^waiting\{peer="police-75"\} 2\nwaiting\{peer="ase-75"\} 1$/m,
    );
    waiting = [{ agency: 'ase-75', depth: 3 }];
    const after = await metrics.registry.metrics();
    expect(after).toContain('waiting{peer="ase-75"} 3');
    expect(after).not.toContain('police-75');
  });

  it('keeps two processes in one, as tests have them, apart', async () => {
    expect(await new Metrics().registry.metrics()).not.toContain('things_total');
  });
});
