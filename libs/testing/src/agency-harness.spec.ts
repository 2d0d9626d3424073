import { NOTICE_ISSUED } from '@liaison/contracts';
import { type AgencyWorld, startAgencyWorld } from './agency-harness';
import { aNotice } from './a-notice';
import { currentConvention } from './changed-convention';
import { eventually } from './eventually';
import { startPeer, type TestPeer } from './peer';

describe('agencies in one process', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestPeer;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await startPeer(world, 'prefecture-75');
  });
  afterAll(() => world.stop());

  it('carries a notice under the conventions of the repository', async () => {
    const reference = await police.send('prefecture-75', {
      type: NOTICE_ISSUED,
      document: aNotice(),
      facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
    });
    const notice = await eventually(() => {
      const found = prefecture.received.find(({ envelope }) => envelope.subject === reference);
      if (!found) throw new Error('not yet');
      return found;
    });
    expect(notice.provenance).toMatchObject({
      agency: 'police-75',
      convention: currentConvention('police-prefecture'),
    });
    expect(notice.data).toMatchObject({ civilStatus: { declared: { familyName: 'Adeyemi' } } });
    expect(notice.withheld).toContain('exploitation.account');
    expect(JSON.stringify(notice.data)).not.toContain('station');
  });

  it('is ready, asks for tokens, and logs no content', async () => {
    expect((await police.anonymous().get('/health/ready')).status).toBe(200);
    expect((await police.anonymous().get('/v1/nothing')).status).toBe(404);
    expect(police.logLines.join('')).not.toMatch(/Adeyemi|station/);
  });
});
