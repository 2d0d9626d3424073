import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';

const ROOT = join(__dirname, '..', '..', '..');

/** A headless Chromium with what it needs beside the C library: nothing of the machine's, so that pages look alike everywhere. */
export interface Chromium {
  readonly executable: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The package has a Chromium for one platform. A browser named in LIAISON_TEST_BROWSER is used instead, on any. */
export const browserMissing = (): boolean =>
  process.env['LIAISON_TEST_BROWSER'] === undefined &&
  !(process.platform === 'linux' && process.arch === 'x64');

/**
 * Unpacks Chromium where this version of it is not yet: into a folder of its own under node_modules, which appears there
 * whole, so that two may unpack at once and whoever is interrupted leaves nothing that counts. Nothing is downloaded.
 */
export async function ensureChromium(): Promise<Chromium> {
  const named = process.env['LIAISON_TEST_BROWSER'];
  if (named !== undefined) return { executable: named, env: process.env };
  const packed = join(dirname(require.resolve('@sparticuz/chromium')), '..', '..');
  const { version } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8')) as { version: string };
  const cache = join(ROOT, 'node_modules', '.cache');
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) {
    const partial = `${folder}.${randomUUID()}`;
    mkdirSync(partial, { recursive: true });
    await Promise.all([
      unpack(join(packed, 'bin', 'chromium.br'), join(partial, 'chromium')),
      unpackAll(join(packed, 'bin', 'al2023.tar.br'), partial),
      unpackAll(join(packed, 'bin', 'fonts.tar.br'), partial),
    ]);
    writeFileSync(join(partial, 'fonts.conf'), fontsOf(folder));
    try {
      renameSync(partial, folder);
    } catch {
      // Another one was quicker.
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return {
    executable: join(folder, 'chromium'),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}

function unpack(from: string, to: string): Promise<void> {
  return pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to, { mode: 0o755 }));
}

async function unpackAll(from: string, folder: string): Promise<void> {
  const tar = join(folder, `${randomUUID()}.tar`);
  await unpack(from, tar);
  await promisify(execFile)('tar', ['-x', '-f', tar, '-C', folder]);
  rmSync(tar);
}

const fontsOf = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>
`;
