import type { AttachmentMediaType } from '@liaison/contracts';

const EXTENSIONS: Readonly<Record<AttachmentMediaType, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
};
const MOST = 100;

/**
 * A name that any system can store: the last part of a path, letters and digits of any script, spaces, dashes,
 * underscores and dots inside; with the extension of what the file is.
 */
export function fileName(given: string, mediaType: AttachmentMediaType): string {
  const last = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const stem = last
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[^\p{L}\p{M}\p{N} _.-]+/gu, '_')
    .replace(/^[. _-]+|[. _-]+$/g, '');
  return `${[...stem].slice(0, MOST).join('').trim() || 'document'}.${EXTENSIONS[mediaType]}`;
}

/** RFC 6266: a name for old clients, and the name. */
export function contentDisposition(name: string): string {
  const plain =
    name
      .normalize('NFD')
      .replace(/[^ -~]/g, '')
      .replace(/["\\%]/g, '') || 'document';
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
