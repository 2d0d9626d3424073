import { getToken, type RunningService } from '@liaison/local-stack';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant, Running } from './contestant';
import { type Environment, serversOf } from './environment';
import { residentMb } from './processes';

/** Long enough for what a start leaves behind to be collected. */
const REST_MS = 2_000;
/** The disclosure, by the sender, and the receipt, by the recipient. */
const RECORDS_PER_EVENT = 2;

/** (c) Three services with policy and audit, and a caller that has to say who they are. */
export function liaison(environment: Environment, env: Readonly<Record<string, string>> = {}): Contestant {
  const { stack } = environment;
  return {
    name: 'Liaison',
    start: async (): Promise<Running> => {
      await Promise.all(stack.services.map((service) => service.restart(env)));
      await sleep(REST_MS);
      const token = await getToken(stack.issuer, 'officer-brp');
      const eachService = (value: (service: RunningService) => number) =>
        Object.fromEntries(stack.services.map((service) => [service.name, value(service)]));
      return {
        target: {
          url: `${stack.service('police').url}/v1/notices`,
          headers: { authorization: `Bearer ${token}` },
          idempotent: true,
          envelope: { state: 'issued' },
          status: 202,
        },
        recipient: {
          databaseUrl: environment.databaseUrl(stack.service('prefecture').database.name),
          table: 'notice.received_notice',
        },
        processes: { ...eachService(({ pid }) => pid), ...serversOf(environment) },
        residentMb: eachService(({ pid }) => residentMb(pid)),
        aftermath: {
          databaseUrl: environment.databaseUrl(stack.service('audit-log').database.name),
          count: "SELECT count(*) FROM audit_log.record WHERE kind IN ('disclosure', 'receipt')",
          perEvent: RECORDS_PER_EVENT,
        },
        stop: async () => {
          await Promise.all(stack.services.map((service) => service.stop()));
        },
      };
    },
  };
}
