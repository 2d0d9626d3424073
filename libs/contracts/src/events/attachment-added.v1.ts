import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Code, Hex, OneOf, Optional, Section, Text, Timestamp, Uuid, WholeNumber } from '../rules';

export const ATTACHMENT_ADDED = 'liaison.attachment.added.v1';

export const ATTACHMENT_MEDIA_TYPES = ['application/pdf', 'image/jpeg', 'image/png'] as const;
export type AttachmentMediaType = (typeof ATTACHMENT_MEDIA_TYPES)[number];

/** Bytes of the file in one event: in base64 well below what an envelope may have (256 KiB). */
export const ATTACHMENT_CHUNK_BYTES = 144 * 1024;
/** Largest file that any agency may send. */
export const ATTACHMENT_MAX_BYTES = 100 * ATTACHMENT_CHUNK_BYTES;
const MAX_CHUNKS = ATTACHMENT_MAX_BYTES / ATTACHMENT_CHUNK_BYTES;

/** One part of a file, with what describes the whole of it. */
export class AttachedFile {
  @Category('attachment')
  @Text(120)
  name: string;

  @Category('attachment')
  @OneOf(ATTACHMENT_MEDIA_TYPES)
  mediaType: AttachmentMediaType;

  /** Bytes of the whole file. */
  @Category('attachment')
  @WholeNumber(1, ATTACHMENT_MAX_BYTES)
  size: number;

  /** SHA-256 of the whole file. */
  @Category('attachment')
  @Hex(32)
  sha256: string;

  /** Base64 of this part. */
  @Category('attachment')
  @Code('^[A-Za-z0-9+/]+={0,2}$', (ATTACHMENT_CHUNK_BYTES / 3) * 4, 'base64')
  data: string;
}

/**
 * One part of a document that belongs to a case; the parts come in the case's order. Exactly one section says what kind of
 * document it is, so that a convention decides by kind.
 */
@EventPayload(ATTACHMENT_ADDED)
@JSONSchema({ title: 'Attachment added' })
export class AttachmentAddedV1 {
  /** Of the attachment; the same in every part. */
  @Category('procedure')
  @Uuid()
  attachment: string;

  /** From 1. */
  @Category('procedure')
  @WholeNumber(1, MAX_CHUNKS)
  part: number;

  @Category('procedure')
  @WholeNumber(1, MAX_CHUNKS)
  parts: number;

  @Category('dates')
  @Timestamp()
  addedAt: string;

  /** Where the person is: the recipient is competent for it. */
  @Category('procedure')
  @Optional()
  @DepartementCode()
  departement?: string;

  @Optional()
  @Section(() => AttachedFile)
  identityDocument?: AttachedFile;

  @Optional()
  @Section(() => AttachedFile)
  complaintReceipt?: AttachedFile;

  @Optional()
  @Section(() => AttachedFile)
  photograph?: AttachedFile;

  @Optional()
  @Section(() => AttachedFile)
  statement?: AttachedFile;

  @Optional()
  @Section(() => AttachedFile)
  medicalCertificate?: AttachedFile;

  @Optional()
  @Section(() => AttachedFile)
  other?: AttachedFile;
}

/** Kinds of document, as their sections are called. */
export const ATTACHMENT_KINDS = [
  'identityDocument',
  'complaintReceipt',
  'photograph',
  'statement',
  'medicalCertificate',
  'other',
] as const;
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number];
