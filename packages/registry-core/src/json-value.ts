/** What a record is made of, the same in every engine. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

// Who encodes or copies does so by recursion. So many levels fit into the stack of each.
const MAXIMUM_LEVELS = 1_000;

/** Where the walk is, and how it ends when it meets what JSON cannot hold. */
interface Walk {
  readonly path: (string | number)[];
  readonly ancestors: object[];
  readonly refuse: (reason: string) => never;
  readonly levels: number;
  readonly textOf: (text: string) => string;
}

interface JsonValueOptions {
  /** How deep it may be. Default 1000. */
  readonly levels?: number;
  /** Surrogates that stand alone stay: a text of JSON holds them as escapes. */
  readonly isTextKept?: boolean;
}

/**
 * A deep copy, as JSON holds it: without the properties that are undefined, 0 for -0, and U+FFFD for
 * a surrogate that stands alone, unless it is kept. Every name, `__proto__` too, is that of an own property.
 *
 * Calls `refuse` for what JSON cannot hold, with a reason that says where (`at .a[3].b`): a number that
 * is not finite, a bigint, a function, a symbol, an instance of a class, an undefined item, a cycle,
 * more than so many levels.
 */
export function toJsonValue(
  raw: unknown,
  refuse: (reason: string) => never,
  { levels = MAXIMUM_LEVELS, isTextKept = false }: JsonValueOptions = {},
): JsonValue {
  const textOf = isTextKept ? (text: string) => text : (text: string) => text.toWellFormed();
  return copy(raw, { path: [], ancestors: [], refuse, levels, textOf });
}

function copy(raw: unknown, walk: Walk): JsonValue {
  switch (typeof raw) {
    case "string":
      return walk.textOf(raw);
    case "number":
      // The sum of -0 and 0 is 0.
      return Number.isFinite(raw) ? raw + 0 : refuseAt(walk, `${raw} is no number of JSON`);
    case "boolean":
      return raw;
    case "object":
      return raw === null ? null : copyBelow(raw, walk);
    case "bigint":
    case "function":
    case "symbol":
    case "undefined":
      return refuseAt(walk, `${typeof raw} is nothing that JSON can hold`);
  }
}

function copyBelow(raw: object, walk: Walk): JsonValue {
  if (walk.ancestors.includes(raw)) refuseAt(walk, "it holds itself");
  if (walk.ancestors.length >= walk.levels) {
    refuseAt(walk, `it is nested deeper than ${walk.levels} levels`);
  }
  walk.ancestors.push(raw);
  const copied = Array.isArray(raw) ? copyItems(raw, walk) : copyProperties(raw, walk);
  walk.ancestors.pop();
  return copied;
}

function copyItems(items: readonly unknown[], walk: Walk): JsonValue {
  const copied: JsonValue[] = [];
  // Unlike those of map, its steps meet the holes.
  for (const [index, item] of items.entries()) copied.push(copyAt(index, item, walk));
  return copied;
}

function copyProperties(raw: object, walk: Walk): JsonValue {
  assertPlain(raw, walk);
  const copied: Record<string, JsonValue> = {};
  for (const name of Object.keys(raw)) {
    const value: unknown = Reflect.get(raw, name);
    if (value !== undefined) setOwn(copied, walk.textOf(name), copyAt(name, value, walk));
  }
  return copied;
}

function setOwn(copied: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name !== "__proto__") {
    copied[name] = value;
    return;
  }
  // An assignment would take it for the prototype.
  const own = { value, configurable: true, enumerable: true, writable: true };
  Object.defineProperty(copied, name, own);
}

function copyAt(step: string | number, value: unknown, walk: Walk): JsonValue {
  walk.path.push(step);
  const copied = copy(value, walk);
  walk.path.pop();
  return copied;
}

/** The prototype of a plain object is null or has none itself, in whatever realm it was made. */
function assertPlain(raw: object, walk: Walk): void {
  const prototype: unknown = Object.getPrototypeOf(raw);
  if (typeof prototype !== "object" || prototype === null) return;
  if (Object.getPrototypeOf(prototype) === null) return;
  const { constructor } = prototype;
  const name = typeof constructor === "function" ? constructor.name : "a class";
  refuseAt(walk, `an instance of ${name} is nothing that JSON can hold`);
}

function refuseAt({ path, refuse }: Walk, reason: string): never {
  return refuse(`${reason} (at ${describe(path)})`);
}

// More of it than this tells nobody anything.
const LONGEST_DESCRIPTION = 100;

function describe(path: readonly (string | number)[]): string {
  const text = path.map((step) =>
    typeof step === "number" || !/^[\w$]+$/.test(step) ? `[${JSON.stringify(step)}]` : `.${step}`,
  );
  const whole = text.join("") || ".";
  return whole.length <= LONGEST_DESCRIPTION ? whole : `${whole.slice(0, LONGEST_DESCRIPTION)}…`;
}
