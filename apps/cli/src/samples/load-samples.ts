import type { Report } from '@liaison/local-stack';
import { type Caller, callerOf } from '../walkthrough/caller';
import { readSamples, type Sample } from './read-samples';

interface Written {
  readonly id: string;
}

const ACT_OF = {
  draft: undefined,
  issued: undefined,
  amended: 'amend',
  moved: 'move',
  withdrawn: 'withdraw',
};
/** Of a notice that was issued in one step. */
const ISSUED = '"2"';

/**
 * Writes the samples through the police's own API, as an officer of its brigade, and says of each what became of it. Loaded
 * once: each has its idempotency key, and where the first was there already, so are the drafts, which have none.
 */
export async function loadSamples(
  { issuer, police }: { readonly issuer: string; readonly police: string },
  say: Report,
): Promise<number> {
  const officer = await callerOf(issuer, 'officer-brp', police);
  const samples = readSamples();
  const issued = samples.filter(({ becomes }) => becomes !== 'draft');
  const startedAt = new Date().toISOString();
  say('');
  say(`Samples: ${samples.length} invented notices (apps/cli/data/samples.yaml)`);
  for (const [index, sample] of issued.entries()) {
    const { id } = await issue(officer, sample, index);
    if (index === 0 && (await writtenAt(officer, id)) < startedAt) {
      say('  they are there already');
      return 0;
    }
    await change(officer, sample, id, index);
    say(`  ${sample.becomes.padEnd(9)}  ${sample.title}`);
  }
  for (const { title, content } of samples.filter(({ becomes }) => becomes === 'draft')) {
    await officer.call('/v1/notices', { method: 'POST', status: 201, body: { content } });
    say(`  draft      ${title}`);
  }
  return samples.length;
}

async function issue(officer: Caller, { content }: Sample, index: number): Promise<Written> {
  const { body } = await officer.call<Written>('/v1/notices', {
    method: 'POST',
    status: 202,
    headers: { 'idempotency-key': `sample-notice-issued-${index}` },
    body: { state: 'issued', content },
  });
  return body;
}

async function change(officer: Caller, sample: Sample, id: string, index: number): Promise<void> {
  const act = ACT_OF[sample.becomes];
  if (act === undefined) return;
  const { civilStatus, ...rest } = { ...sample.change };
  await officer.call(`/v1/notices/${id}/${act}`, {
    method: 'POST',
    status: 202,
    headers: { 'idempotency-key': `sample-notice-${act}-${index}`, 'if-match': ISSUED },
    body: { ...rest, ...(act === 'amend' && { content: { ...sample.content, civilStatus } }) },
  });
}

async function writtenAt(officer: Caller, id: string): Promise<string> {
  const { items } = await officer.get<{ items: readonly { at: string }[] }>(`/v1/notices/${id}/history`);
  return items[0]?.at ?? '';
}
