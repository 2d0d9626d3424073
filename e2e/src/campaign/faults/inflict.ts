import type { Fault } from '../plan';
import type { Target } from '../target';
import { clockStep } from './clock';
import { diskFull } from './disk';
import { blackHole, cut, delay, halfClose, stall } from './network';
import * as processes from './processes';
import { rebalanceStorm, rollingRestart } from './restarts';
import { restore } from './restore';
import type { Undo } from './undo';

/** Does it; what it gives back ends it. */
export function inflict(target: Target, fault: Fault): Promise<Undo> {
  switch (fault.kind) {
    case 'kill-service':
      return processes.killService(target, fault.service);
    case 'pause-service':
      return processes.pauseService(target, fault.service);
    case 'kill-broker':
      return processes.killBroker(target, fault.broker);
    case 'pause-broker':
      return processes.pauseBroker(target, fault.broker);
    case 'kill-postgres':
      return processes.killPostgres(target);
    case 'pause-postgres':
      return processes.pausePostgres(target);
    case 'kill-backend':
      return processes.killBackend(target, fault.service);
    case 'pause-backend':
      return processes.pauseBackend(target, fault.service);
    case 'delay':
      return delay(target.proxies(fault.service, fault.server), fault.ms);
    case 'stall':
      return stall(target.proxies(fault.service, fault.server), fault.direction, fault.then);
    case 'cut':
      return cut(target.proxies(fault.service, fault.server));
    case 'half-close':
      return halfClose(target.proxies(fault.service, fault.server), fault.direction);
    case 'black-hole':
      return blackHole(target.proxies(fault.service, fault.server));
    case 'disk-full':
      return diskFull(target);
    case 'clock-step':
      return clockStep(target, fault.service, fault.seconds);
    case 'rolling-restart':
      return rollingRestart(target);
    case 'rebalance-storm':
      return rebalanceStorm(target, fault.service);
    case 'restore':
      return restore(target, fault.service);
  }
}
