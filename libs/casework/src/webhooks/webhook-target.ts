import { AppError } from '@liaison/kernel';
import ipaddr from 'ipaddr.js';
import { lookup as resolveName } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

export interface TargetRules {
  /** Plain HTTP too: for development only. */
  readonly allowHttp: boolean;
  /** Networks in CIDR notation that are not public and may be reached all the same. */
  readonly privateNetworks: readonly string[];
}

/**
 * Where webhooks may go. Somebody who registers an address must not make this service knock at doors that only it can
 * reach: an address that is not public is refused, unless the agency's configuration names its network. Names are looked
 * at when they are connected to, each time: what a name resolved to before proves nothing.
 */
export class WebhookTargets {
  private readonly allowed: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];

  /** @throws AppError `config-invalid` for a network that is none */
  constructor(private readonly rules: TargetRules) {
    this.allowed = rules.privateNetworks.map((network) => {
      if (!ipaddr.isValidCIDR(network)) {
        throw new AppError(
          'config-invalid',
          `WEBHOOK_PRIVATE_NETWORKS: ${network} is no network such as 10.1.0.0/16.`,
        );
      }
      return ipaddr.parseCIDR(network);
    });
  }

  /** @throws AppError `webhook-target-refused`, as far as the address alone tells */
  check(text: string): URL {
    const url = URL.parse(text);
    if (!url) throw refused('The address must be a URL.');
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && this.rules.allowHttp)) {
      throw refused('The address must begin with https://.');
    }
    if (url.username || url.password || url.hash) {
      throw refused('The address must be without user, password and fragment: messages are signed instead.');
    }
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && !this.isAllowed(host)) throw refused(NOT_PUBLIC);
    return url;
  }

  isAllowed(address: string): boolean {
    const parsed = ipaddr.process(address);
    if (parsed.range() === 'unicast') return true;
    return this.allowed.some(
      ([network, bits]) => parsed.kind() === network.kind() && parsed.match([network, bits]),
    );
  }

  /** For `node:net`: resolves, and fails where any of the addresses may not be reached. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    resolveName(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? refused('The name has no address.'), '', 4);
      if (!addresses.every(({ address }) => this.isAllowed(address)))
        return callback(refused(NOT_PUBLIC), '', 4);
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

const NOT_PUBLIC =
  'The address is not public: name its network in WEBHOOK_PRIVATE_NETWORKS if this service may reach it.';

const refused = (why: string): AppError => new AppError('webhook-target-refused', why);
