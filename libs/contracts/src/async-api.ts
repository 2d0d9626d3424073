import { AUDIT_RECORDED_TYPES } from './events/audit-recorded.v2';
import { EVENT_TYPES, type EventType } from './registry';
import { ENVELOPE_SCHEMA_ID, type JsonSchema, schemaFileOf } from './schemas';
import { AUDIT_TOPIC } from './topics';

type Json = Readonly<Record<string, unknown>>;

/**
 * What agencies exchange, as an AsyncAPI 3.0 document.
 * @param samples an opened event of each type: its examples
 * @param schemas where the JSON Schemas lie, seen from the document
 */
export function asyncApi(samples: ReadonlyMap<string, readonly Json[]>, schemas: string): JsonSchema {
  const isAudit = ({ type }: EventType) => AUDIT_RECORDED_TYPES.includes(type);
  const audit = EVENT_TYPES.filter(isAudit);
  const inbox = EVENT_TYPES.filter((eventType) => !isAudit(eventType));
  return {
    asyncapi: '3.0.0',
    info: { title: 'Liaison', version: '1', description: ABOUT, license: { name: 'EUPL-1.2' } },
    servers: {
      kafka: {
        host: 'kafka.example.org:9093',
        protocol: 'kafka-secure',
        protocolVersion: '3.9',
        description:
          'One cluster for all agencies. Each has a user of its own; access rules say what it may do.',
        security: [{ $ref: '#/components/securitySchemes/scram' }],
      },
    },
    channels: {
      inbox: {
        address: 'liaison.inbox.{agency}',
        title: 'Inbox of an agency',
        description: 'Every agency may write to it, its owner alone reads it.',
        parameters: {
          agency: { description: 'Id of the recipient in the directory', examples: ['prefecture-75'] },
        },
        messages: referencesTo(inbox, '#/components/messages'),
        bindings: KEYED,
      },
      audit: {
        address: AUDIT_TOPIC,
        title: 'Records of disclosures, receipts and readings',
        description: 'Every agency writes to it, the audit log alone reads it.',
        messages: referencesTo(audit, '#/components/messages'),
        bindings: KEYED,
      },
    },
    operations: {
      send: operation('send', 'inbox', inbox, 'Disclose something to an agency, or answer it'),
      receive: operation(
        'receive',
        'inbox',
        inbox,
        'Take what has arrived in the own inbox, each once, in order by case',
      ),
      record: operation('send', 'audit', audit, 'Record what was disclosed, received, refused or read'),
    },
    components: {
      messages: Object.fromEntries(
        EVENT_TYPES.map((eventType) => [eventType.type, messageOf(eventType, samples, schemas)]),
      ),
      securitySchemes: {
        scram: { type: 'scramSha512', description: 'A user and password for each agency’s service' },
      },
    },
  };
}

const ABOUT = [
  'Agencies exchange events about cases. What may leave is decided by conventions; how it travels, in what order and how',
  'often, by `docs/architecture.md`. The value of a message is sealed for its recipient: the schemas here are those of the',
  'opened event, a CloudEvent in structured mode. Its key is the reference under which both sides know the case, and the',
  'only headers are `id` and `content-type`: nothing that is readable on the broker says who or what an event is about.',
].join(' ');

const KEYED = {
  kafka: { bindingVersion: '0.5.0' },
};

const referencesTo = (types: readonly EventType[], base: string): Json =>
  Object.fromEntries(types.map(({ type }) => [type, { $ref: `${base}/${type}` }]));

function operation(
  action: 'send' | 'receive',
  channel: string,
  types: readonly EventType[],
  summary: string,
): Json {
  return {
    action,
    summary,
    channel: { $ref: `#/channels/${channel}` },
    messages: Object.values(referencesTo(types, `#/channels/${channel}/messages`)),
  };
}

function messageOf(
  { type, schemaId, sequenced, protocol }: EventType,
  samples: ReadonlyMap<string, readonly Json[]>,
  schemas: string,
): Json {
  const order = sequenced
    ? 'Has a number in its case: applied in that order.'
    : 'Has no place in its case’s order.';
  const ground = protocol
    ? 'Allowed by the protocol itself: nothing about a person in it.'
    : 'Leaves only as far as a convention allows: any field of `data` may be absent and named in `withheld`.';
  return {
    name: type,
    contentType: 'application/octet-stream',
    summary: `${order} ${ground}`,
    headers: {
      type: 'object',
      properties: {
        id: { type: 'string', format: 'uuid', description: 'Id of the event' },
        'content-type': { type: 'string', const: 'application/octet-stream' },
      },
      required: ['id', 'content-type'],
      additionalProperties: false,
    },
    payload: {
      schemaFormat: 'application/schema+json;version=draft-2020-12',
      schema: {
        allOf: [
          { $ref: `${schemas}/${schemaFileOf(ENVELOPE_SCHEMA_ID)}` },
          {
            properties: {
              type: { const: type },
              dataschema: { const: schemaId },
              data: { $ref: `${schemas}/${schemaFileOf(schemaId)}` },
            },
          },
        ],
      },
    },
    bindings: {
      kafka: {
        key: { type: 'string', description: 'Reference of the case between the two agencies' },
        bindingVersion: '0.5.0',
      },
    },
    examples: (samples.get(type) ?? []).map((payload) => ({ payload })),
  };
}
