import type { AttachmentMediaType } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PDF = Buffer.from('%PDF-');

/** By its content; what it is called or said to be counts for nothing. */
export function mediaTypeOf(file: Buffer): AttachmentMediaType | undefined {
  if (file.subarray(0, PDF.length).equals(PDF)) return 'application/pdf';
  if (file.subarray(0, PNG.length).equals(PNG)) return 'image/png';
  if (file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff) return 'image/jpeg';
  return undefined;
}

/**
 * The file without what a camera or a program says beside the picture (place, time, device, thumbnails): of an image
 * only what draws it is kept. A PDF stays as it is.
 * @throws AppError `attachment-damaged`: an image that cannot be followed to its end
 */
export function withoutMetadata(file: Buffer, mediaType: AttachmentMediaType): Buffer {
  if (mediaType === 'image/jpeg') return cleanJpeg(file);
  if (mediaType === 'image/png') return cleanPng(file);
  return file;
}

const damaged = (): AppError =>
  new AppError('attachment-damaged', 'The image is incomplete or damaged: save it again and send that.');

const SOI = Buffer.from([0xff, 0xd8]);
const EOI = Buffer.from([0xff, 0xd9]);
const ICC = Buffer.from('ICC_PROFILE\0');
/** Adobe's, which says how colours are coded. */
const APP14 = 0xee;
const APP2 = 0xe2;

/** ITU-T T.81: segments up to the end of the image; what stands behind it (a film, another picture) goes. */
function cleanJpeg(file: Buffer): Buffer {
  const kept: Buffer[] = [SOI];
  const orientation = { value: 1 };
  let at = 2;
  for (;;) {
    if (file[at] !== 0xff) throw damaged();
    while (file[at + 1] === 0xff) at += 1;
    const marker = file[at + 1];
    if (marker === undefined) throw damaged();
    if (marker === 0xd9) break;
    const end = at + 2 + (at + 4 <= file.length ? file.readUInt16BE(at + 2) : 0);
    if (end < at + 4 || end > file.length) throw damaged();
    const segment = file.subarray(at, end);
    if (marker === 0xe1) orientation.value = orientationIn(segment) ?? orientation.value;
    if (keepsSegment(marker, segment)) kept.push(segment);
    at = end;
    if (marker === 0xda) {
      const scanEnd = endOfScan(file, at);
      kept.push(file.subarray(at, scanEnd));
      at = scanEnd;
    }
  }
  if (orientation.value !== 1) kept.splice(1, 0, orientationSegment(orientation.value));
  return Buffer.concat([...kept, EOI]);
}

function keepsSegment(marker: number, segment: Buffer): boolean {
  if (marker === 0xfe) return false;
  if (marker < 0xe1 || marker > 0xef) return true;
  if (marker === APP2) return segment.subarray(4, 4 + ICC.length).equals(ICC);
  return marker === APP14;
}

/** Coded data runs until a marker that is neither a stuffed byte nor a restart. */
function endOfScan(file: Buffer, from: number): number {
  for (let at = file.indexOf(0xff, from); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const next = file[at + 1];
    if (next === undefined) break;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw damaged();
}

const EXIF = Buffer.from('Exif\0\0');
const ORIENTATION = 0x0112;

/** Which way up the picture was taken: without it, it would lie on its side. */
function orientationIn(segment: Buffer): number | undefined {
  if (!segment.subarray(4, 4 + EXIF.length).equals(EXIF)) return undefined;
  const tiff = segment.subarray(4 + EXIF.length);
  if (tiff.length < 8) return undefined;
  const little = tiff[0] === 0x49;
  const u16 = (at: number) =>
    at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const first = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let entry = 0; entry < Math.min(u16(first), 200); entry += 1) {
    const at = first + 2 + entry * 12;
    if (u16(at) !== ORIENTATION) continue;
    const value = u16(at + 8);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

function orientationSegment(value: number): Buffer {
  const tiff = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
  tiff.writeUInt16BE(value, 18);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(2 + EXIF.length + tiff.length);
  return Buffer.concat([Buffer.from([0xff, 0xe1]), length, EXIF, tiff]);
}

/** Chunks that draw the picture (PNG, third edition); text, time, EXIF and private ones go. */
const PNG_CHUNKS = [
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'gAMA',
  'cHRM',
  'sRGB',
  'iCCP',
  'cICP',
  'sBIT',
  'bKGD',
  'pHYs',
];

function cleanPng(file: Buffer): Buffer {
  const kept: Buffer[] = [PNG];
  for (let at = PNG.length; ;) {
    if (at + 12 > file.length) throw damaged();
    const end = at + 12 + file.readUInt32BE(at);
    if (end > file.length) throw damaged();
    const type = file.toString('latin1', at + 4, at + 8);
    if (PNG_CHUNKS.includes(type)) kept.push(file.subarray(at, end));
    if (type === 'IEND') return Buffer.concat(kept);
    at = end;
  }
}
