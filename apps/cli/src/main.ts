import { runCommandLine } from './command-line';

// Whoever read the output has what they wanted (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

void runCommandLine(process.argv.slice(2)).then((code) => process.exit(code));
