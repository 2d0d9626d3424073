import { sourceOf, type Envelope } from '@liaison/contracts';
import type { Sealing } from '../sealing/sealing';
import type { FrozenMessage } from './prepared';

type Attributes = Omit<Envelope, 'specversion' | 'source' | 'datacontenttype' | 'recipient' | 'dataschema'>;

/** The envelope is serialised once, here; the sealed bytes are what every later attempt sends. */
export function sealEnvelope(
  sealing: Sealing,
  agency: string,
  recipient: string,
  { data, ...attributes }: Attributes,
): Promise<FrozenMessage> {
  return sealText(sealing, agency, recipient, attributes, JSON.stringify(data));
}

/** @param data JSON of the event's data, as its author stored it */
export async function sealText(
  sealing: Sealing,
  agency: string,
  recipient: string,
  attributes: Omit<Attributes, 'data'>,
  data: string,
): Promise<FrozenMessage> {
  const envelope: Omit<Envelope, 'data'> = {
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
    value: await sealing.seal(
      Buffer.from(`${JSON.stringify(envelope).slice(0, -1)},"data":${data}}`),
      recipient,
    ),
    headers: { id: envelope.id, 'content-type': 'application/octet-stream' },
  };
}
