import { AppError } from '@liaison/kernel';
import { isInstant, PLAIN_REQUEST_SCHEMA, type PlainRequest } from './plain-request';
import { schemaFor, YamlSource } from './yaml-source';

const requestSchema = schemaFor<PlainRequest>(PLAIN_REQUEST_SCHEMA);

/**
 * Reads one request, a JSON document.
 * @param name where it comes from, for messages
 * @param line the line on which it begins there
 * @throws AppError `request-invalid`, with name, line and column
 */
export function parseRequest(json: string, name: string, line = 1): PlainRequest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    const place = endOfSense(json);
    throw new AppError('request-invalid', `${name}:${line + place.line}:${place.column}: this is not JSON`);
  }
  const request = requestSchema()(value) ? value : located(json, name, line).checked(requestSchema);
  if (request.at !== undefined && !isInstant(request.at)) {
    throw located(json, name, line).failure(['at'], `\`${request.at}\` is not an instant of the calendar`);
  }
  return request;
}

/** JSON is YAML, whose parser knows the place of every value. */
function located(json: string, name: string, line: number): YamlSource {
  return new YamlSource('\n'.repeat(line - 1) + json, name, 'request-invalid');
}

/** Where a text stops being the beginning of a JSON document: the engine's own messages do not always say. */
function endOfSense(json: string): { readonly line: number; readonly column: number } {
  let good = 0;
  let bad = json.length;
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    if (mayContinue(json.slice(0, middle))) good = middle;
    else bad = middle - 1;
  }
  const before = json.slice(0, good).split('\n');
  return { line: before.length - 1, column: (before.at(-1)?.length ?? 0) + 1 };
}

function mayContinue(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const [, position] = /at position (\d+)/.exec(message) ?? [];
    return message.includes('end of JSON input') || Number(position) === beginning.length;
  }
}
