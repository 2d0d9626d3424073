import { join } from 'node:path';
import { demoServices, freePort, superviseProcess, type SupervisedProcess } from '@liaison/local-stack';
import { root, type ServiceName, type System } from './system';

export interface Twin extends Pick<SupervisedProcess, 'stop'> {
  readonly url: string;
}

/** A second process of a service: same agency, same database, another port. */
export async function startTwin(system: System, service: ServiceName): Promise<Twin> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const entry = demoServices(root).find(({ name }) => name === service)?.entry ?? '';
  const twin = await superviseProcess({
    name: `${service}-twin`,
    command: process.execPath,
    args: ['--enable-source-maps', entry],
    env: { ...system.service(service).env, HTTP_PORT: String(port) },
    logFile: join(system.dataDir, 'logs', `${service}-twin.log`),
    readyUrl: `${url}/health/ready`,
    stopTimeoutMs: 10_000,
  });
  return { url, stop: () => twin.stop() };
}
