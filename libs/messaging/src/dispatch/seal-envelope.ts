import { sourceOf, type Envelope } from '@liaison/contracts';
import type { Sealing } from '../sealing/sealing';
import type { FrozenMessage } from './prepared';

/** The envelope is serialised once, here; the sealed bytes are what every later attempt sends. */
export async function sealEnvelope(
  sealing: Sealing,
  agency: string,
  recipient: string,
  attributes: Omit<Envelope, 'specversion' | 'source' | 'datacontenttype' | 'recipient' | 'dataschema'>,
): Promise<FrozenMessage> {
  const envelope: Envelope = {
    specversion: '1.0',
    source: sourceOf(agency),
    recipient,
    datacontenttype: 'application/json',
    dataschema: `urn:liaison:schema:${attributes.type.replace(/^liaison\./, '').replace(/\.v(\d+)$/, ':v$1')}`,
    ...attributes,
  };
  return {
    id: envelope.id,
    key: envelope.subject,
    value: await sealing.seal(Buffer.from(JSON.stringify(envelope)), recipient),
    headers: { id: envelope.id, 'content-type': 'application/octet-stream' },
  };
}
