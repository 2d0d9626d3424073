import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from 'node:inspector/promises';

/**
 * Preloaded into a service (`--require`): SIGCONT starts a CPU profile, the next one writes it to
 * `CPU_PROFILE_DIR/<pid>.cpuprofile`. So that the start of the process and its warm-up are not in it. (Nest
 * takes SIGUSR2 for the end.)
 */
const session = new Session();
let profiling = false;

async function toggle(): Promise<void> {
  if (!profiling) {
    profiling = true;
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 500 });
    await session.post('Profiler.start');
    return;
  }
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  profiling = false;
  const folder = process.env['CPU_PROFILE_DIR'] ?? '.';
  writeFileSync(join(folder, `${process.pid}.cpuprofile`), JSON.stringify(profile));
}

process.on('SIGCONT', () => void toggle());
