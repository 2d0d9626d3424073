import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { Mailer } from './mailer';

const MESSAGE = { id: 'msg_1', test: false };

describe('a mail server', () => {
  let server: SMTPServer;
  let url: string;
  let asked = 0;

  beforeAll(async () => {
    server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth(_credentials, _session, done) {
        asked += 1;
        done(null, { user: 'liaison' });
      },
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    url = `smtp://liaison:word@127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  const from = 'liaison@ase75.example';
  const to = 'mailto:astreinte@ase75.example';

  it('that offers no TLS gets neither password nor mail outside development', async () => {
    const outcome = await new Mailer({ agency: 'ase-75', smtpUrl: url, from, allowPlain: false }).send(
      to,
      MESSAGE,
    );
    expect(outcome).toMatchObject({ delivered: false });
    expect(asked).toBe(0);
  });

  it('that is not there is told by a code, without its address', async () => {
    const mailer = new Mailer({ agency: 'ase-75', smtpUrl: 'smtp://127.0.0.1:1', from, allowPlain: true });
    expect(await mailer.send(to, MESSAGE)).toEqual({ delivered: false, error: 'esocket' });
  });

  it('has to be configured', async () => {
    const mailer = new Mailer({ agency: 'ase-75', allowPlain: true });
    expect(() => mailer.addressIn(new URL(to))).toThrow(
      expect.objectContaining({ code: 'mail-not-configured' }),
    );
    expect(await mailer.send(to, MESSAGE)).toMatchObject({ delivered: false, error: 'mail-not-configured' });
  });
});
