import type { LookupAddress } from 'node:dns';
import { WebhookTargets } from './webhook-target';

const PUBLIC = new WebhookTargets({ allowHttp: false, privateNetworks: [] });

describe('where webhooks may go', () => {
  it.each([
    'https://files.example.org/liaison',
    'https://files.example.org:8443/',
    'https://93.184.216.34/x',
  ])('allows %s', (url) => {
    expect(PUBLIC.check(url).href).toBe(url);
  });

  it.each([
    'http://files.example.org/',
    'ftp://files.example.org/',
    'files.example.org',
    'https://user:secret@files.example.org/',
    'https://files.example.org/#part',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://[::1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::a00:1]/',
  ])('refuses %s', (url) => {
    expect(() => PUBLIC.check(url)).toThrow(expect.objectContaining({ code: 'webhook-target-refused' }));
  });

  it('allows a network that the configuration names, and nothing beside it', () => {
    const targets = new WebhookTargets({ allowHttp: false, privateNetworks: ['10.1.0.0/16', 'fd00:1::/32'] });
    expect(targets.isAllowed('10.1.255.255')).toBe(true);
    expect(targets.isAllowed('fd00:1::7')).toBe(true);
    expect(targets.isAllowed('10.2.0.1')).toBe(false);
    expect(targets.isAllowed('fd00:2::7')).toBe(false);
    expect(() => new WebhookTargets({ allowHttp: false, privateNetworks: ['10.1'] })).toThrow(
      'WEBHOOK_PRIVATE_NETWORKS',
    );
  });

  it('looks at what a name leads to when it connects, not at the name', async () => {
    const resolve = (targets: WebhookTargets) =>
      new Promise<string | LookupAddress[]>((done, fail) =>
        targets.lookup('localhost', { all: true }, (error, address) => (error ? fail(error) : done(address))),
      );
    await expect(resolve(PUBLIC)).rejects.toMatchObject({ code: 'webhook-target-refused' });
    const inside = new WebhookTargets({ allowHttp: false, privateNetworks: ['127.0.0.0/8', '::1/128'] });
    expect(await resolve(inside)).not.toHaveLength(0);
  });
});
