import { AppError } from '@liaison/kernel';
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';

/** A schema is asked of a few files, so that compiling it costs more than all its answers: nothing is optimised. */
const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true, code: { optimize: false } });

type Schema<T> = () => ValidateFunction<T>;

type Path = readonly (string | number)[];

/** A YAML text with the place of every value, so that a message can point to it. */
export class YamlSource {
  private readonly lines = new LineCounter();
  private readonly document: Document.Parsed;

  constructor(
    text: string,
    readonly file: string,
    private readonly code: string,
  ) {
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    const error = this.document.errors[0] ?? this.document.warnings[0];
    if (error) throw this.failureAt(error.pos[0], error.message);
    visit(this.document, {
      Alias: (_key, alias) => {
        throw this.failureAt(alias.range?.[0] ?? 0, 'aliases are not allowed: write the value out');
      },
    });
  }

  /** The value, held to a schema. */
  checked<T>(schema: Schema<T>): T {
    const value: unknown = this.document.toJS();
    const validate = schema();
    if (validate(value)) return value;
    // Where several forms are possible, the failure that lies deepest is in the form that was meant.
    const depth = (error: ErrorObject) => error.instancePath.split('/').length;
    const [error] = [...(validate.errors ?? [])].sort((a, b) => depth(b) - depth(a));
    throw error ? this.schemaFailure(error) : this.failure([], 'does not fit the schema');
  }

  /** The failure of the value at a path. */
  failure(path: Path, message: string): AppError {
    return this.failureAt(this.offsetOf(path), message);
  }

  /** `file:line:column` of the value at a path. */
  place(path: Path): string {
    return this.placeOf(this.offsetOf(path));
  }

  private schemaFailure(error: ErrorObject): AppError {
    const path = error.instancePath
      .split('/')
      .slice(1)
      .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const at = path.length === 0 ? 'the file' : `\`${path.join('.')}\``;
    const { additionalProperty, allowedValues, propertyName } = error.params as Record<string, unknown>;
    if (typeof additionalProperty === 'string') {
      return this.failureAt(
        this.offsetOf([...path, additionalProperty], true),
        `unknown name \`${additionalProperty}\` in ${at}`,
      );
    }
    if (typeof propertyName === 'string') {
      return this.failureAt(
        this.offsetOf([...path, propertyName], true),
        `\`${propertyName}\` is not a field path`,
      );
    }
    const choice = Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
    return this.failure(path, `${at} ${error.message ?? 'does not fit the schema'}${choice}`);
  }

  /** Offset of the value at a path, or of its key; of the nearest one around it where it does not exist. */
  private offsetOf(path: Path, ofKey = false): number {
    for (let length = path.length; length > 0; length--) {
      const parent: unknown =
        length === 1 ? this.document.contents : this.document.getIn(path.slice(0, length - 1), true);
      const key = path[length - 1];
      if (ofKey && isNode(parent) && 'items' in parent && Array.isArray(parent.items)) {
        const pair = parent.items.find(
          (item) => isPair(item) && isScalar(item.key) && item.key.value === key,
        );
        if (isPair(pair) && isNode(pair.key) && pair.key.range) return pair.key.range[0];
      }
      const node: unknown = this.document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return this.document.contents?.range?.[0] ?? 0;
  }

  private failureAt(offset: number, message: string): AppError {
    return new AppError(this.code, `${this.placeOf(offset)}: ${message}`);
  }

  private placeOf(offset: number): string {
    const { line, col } = this.lines.linePos(offset);
    return `${this.file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  }
}

/** A schema for `YamlSource.checked`, compiled when it is first asked: a service reads conventions and no cases. */
export function schemaFor<T>(schema: object): Schema<T> {
  // Ajv keeps what it has compiled of an object.
  return () => ajv.compile<T>(schema);
}
