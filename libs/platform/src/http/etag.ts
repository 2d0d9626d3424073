import { AppError } from '@liaison/kernel';

/** Strong entity tag of a version. */
export function etag(version: number): string {
  return `"${version}"`;
}

/**
 * Holds an `If-Match` header against the current version (RFC 9110: strong comparison; `*` matches).
 * @throws AppError `precondition-required` (no header), `precondition-failed` (another version).
 */
export function requireIfMatch(header: string | undefined, version: number): void {
  if (!header) {
    throw new AppError(
      'precondition-required',
      'Send If-Match with the ETag of the version that you have read.',
    );
  }
  const tags = header.split(',').map((tag) => tag.trim());
  if (!tags.includes('*') && !tags.includes(etag(version))) {
    throw new AppError(
      'precondition-failed',
      'It has changed since: read it again, then repeat your change.',
    );
  }
}
