import type { AttachmentMediaType } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { fileName } from './file-name';
import { mediaTypeOf, withoutMetadata } from './media';

/** A file as it is kept and sent. */
export interface CheckedFile {
  readonly name: string;
  readonly mediaType: AttachmentMediaType;
  readonly bytes: Buffer;
  /** SHA-256, hex. */
  readonly sha256: string;
}

/**
 * Takes a file from a request: no more of it than is allowed, nothing but what its content shows to be a PDF, JPEG or
 * PNG, without the metadata of images.
 * @throws AppError `attachment-too-large`, `attachment-type-refused`, `attachment-damaged`
 */
export async function readFile(body: Readable, name: string, maxBytes: number): Promise<CheckedFile> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).length;
    if (size > maxBytes) {
      throw new AppError('attachment-too-large', `A file has ${maxBytes} bytes at most.`);
    }
    chunks.push(chunk as Buffer);
  }
  const whole = Buffer.concat(chunks);
  const mediaType = mediaTypeOf(whole);
  if (!mediaType) {
    throw new AppError(
      'attachment-type-refused',
      'Send a PDF, a JPEG or a PNG: its content shows none of these.',
    );
  }
  const bytes = withoutMetadata(whole, mediaType);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name: fileName(name, mediaType), mediaType, bytes, sha256 };
}
