import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { readManifest, root } from "../scripts/workspace.mjs";
import { isNode, listOf, moduleOf, nameOf, type Node } from "./source-tree.ts";

/** What an entry of `exports` gives: its name for those who import it, and the source behind it, from the root. */
export interface PublicEntry {
  readonly specifier: string;
  readonly file: string;
}

/** A name that an entry gives, and where it is declared, all re-exports followed. */
export interface PublicName {
  readonly name: string;
  /** From the root. */
  readonly file: string;
  readonly isValue: boolean;
  /** Of the source there; the same object for the same declaration. */
  readonly declaration: Node;
  /** The text of its doc comment; undefined where it has none. */
  readonly docstring: string | undefined;
  /** Of a class or an interface, what of it is called: methods, and properties that hold a function. */
  readonly methods: readonly { readonly name: string; readonly docstring: string | undefined }[];
}

/** The entries of that package (its folder from the root) that are code, in the order of its manifest. */
export function publicEntries(folder: string): PublicEntry[] {
  const { name, exports = {} } = readManifest(folder);
  return Object.entries(exports).flatMap(([path, target]: [string, unknown]) => {
    const source = sourceOf(target);
    return source === undefined
      ? []
      : [{ specifier: `${name}${path.slice(1)}`, file: join(folder, source) }];
  });
}

function sourceOf(target: unknown): string | undefined {
  if (typeof target !== "object" || target === null) return undefined;
  if ("@x/source" in target) return String(target["@x/source"]);
  if (!("default" in target)) return undefined;
  // A bundle has no source of that name in its manifest.
  return String(target.default).replace("./dist/", "./src/").replace(/\.js$/, ".ts");
}

/** Every name that the file exports. */
export function publicNames(file: string): PublicName[] {
  const { body } = moduleOf(file);
  return body.flatMap((statement) => {
    if (statement.type === "ExportAllDeclaration")
      return publicNames(passedOnFrom(file, statement));
    if (statement.type === "ExportDefaultDeclaration") {
      return [named("default", declaredAs(file, nameOf(statement["declaration"])))];
    }
    if (statement.type !== "ExportNamedDeclaration") return [];
    const own = declaredIn(file, statement);
    const passedOn = listOf(statement["specifiers"]).map((specifier) => {
      const origin = isNode(statement["source"]) ? passedOnFrom(file, statement) : file;
      return named(nameOf(specifier["exported"]), declaredAs(origin, nameOf(specifier["local"])));
    });
    return [...own, ...passedOn];
  });
}

function named(name: string, declared: PublicName): PublicName {
  return { ...declared, name };
}

/** The source that a re-export or an import names, in this package or another one; undefined for all others. */
function sourceNamed(file: string, { source }: Node): string | undefined {
  const specifier = isNode(source) ? String(source["value"]) : "";
  if (specifier.startsWith(".")) return join(dirname(file), specifier);
  const folder = `packages/${specifier.split("/")[1] ?? ""}`;
  if (!specifier.startsWith("@x/") || !existsSync(join(root, folder))) return undefined;
  return publicEntries(folder).find((entry) => entry.specifier === specifier)?.file;
}

function passedOnFrom(file: string, statement: Node): string {
  const source = sourceNamed(file, statement);
  if (source === undefined) throw new Error(`${file} passes on what is none of the workspace`);
  return source;
}

function declaredAs(file: string, name: string): PublicName {
  const declared = findDeclared(file, name);
  if (declared === undefined) throw new Error(`${file} does not declare ${name}`);
  return declared;
}

/** What a name of that file stands for; undefined for what comes from elsewhere, such as `Error`. */
export function findDeclared(file: string, name: string): PublicName | undefined {
  const { body } = moduleOf(file);
  const declared = body.flatMap((one) => declaredIn(file, one)).find((one) => one.name === name);
  if (declared !== undefined) return declared;
  for (const statement of body) {
    if (statement.type !== "ImportDeclaration") continue;
    const specifiers = listOf(statement["specifiers"]);
    const imported = specifiers.find(({ local }) => nameOf(local) === name)?.["imported"];
    const source = imported === undefined ? undefined : sourceNamed(file, statement);
    if (source !== undefined) return findDeclared(source, nameOf(imported));
  }
  return publicNames(file).find((one) => one.name === name);
}

const KINDS_OF_TYPE = new Set(["TSInterfaceDeclaration", "TSTypeAliasDeclaration"]);

/** What one statement at the top of a file declares, exported or not. */
function declaredIn(file: string, statement: Node): PublicName[] {
  const isExport = statement.type === "ExportNamedDeclaration";
  const declaration = isExport ? statement["declaration"] : statement;
  if (!isNode(declaration)) return [];
  const { text } = moduleOf(file);
  const isMany = declaration.type === "VariableDeclaration";
  const declared = isMany ? listOf(declaration["declarations"]) : [declaration];
  return declared
    .filter(({ id }) => isNode(id))
    .map((one) => ({
      name: nameOf(one["id"]),
      file,
      isValue: !KINDS_OF_TYPE.has(declaration.type),
      declaration: one,
      docstring: docstringBefore(text, statement.start),
      get methods() {
        return methodsOf(file, one);
      },
    }));
}

/** Its own ones, and those that it inherits. What it says nothing of, a class or interface above it may say. */
function methodsOf(file: string, { body, superClass, ...node }: Node): PublicName["methods"] {
  const { text } = moduleOf(file);
  const above = [superClass, ...[node["implements"], node["extends"]].flatMap(expressionsIn)]
    .map((one) => (isNode(one) ? findDeclared(file, nameOf(one)) : undefined))
    .flatMap((one) => one?.methods ?? []);
  const members = isNode(body) ? listOf(body["body"]) : [];
  const own = members.filter(isCalled).map((member) => {
    const name = nameOf(member["key"]);
    const inherited = above.find((one) => one.name === name && one.docstring);
    return { name, docstring: docstringBefore(text, member.start) ?? inherited?.docstring };
  });
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...above.filter(({ name }) => !names.has(name))];
}

function expressionsIn(heritage: unknown): unknown[] {
  return listOf(heritage).map(({ expression }) => expression);
}

const METHODS = new Set(["MethodDefinition", "TSAbstractMethodDefinition", "TSMethodSignature"]);

/** Whether it is a method, or a field of a function type, for all who have the object. */
function isCalled({ type, key, kind, accessibility, typeAnnotation }: Node): boolean {
  if (!isNode(key) || key.type === "PrivateIdentifier") return false;
  if (accessibility === "private" || accessibility === "protected") return false;
  if (METHODS.has(type)) return kind === "method";
  const annotated = isNode(typeAnnotation) ? typeAnnotation["typeAnnotation"] : undefined;
  return isNode(annotated) && annotated.type === "TSFunctionType";
}

/** The doc comment that ends where something begins. */
function docstringBefore(text: string, start: number): string | undefined {
  const before = text.slice(0, start).trimEnd();
  if (!before.endsWith("*/")) return undefined;
  const comment = before.slice(before.lastIndexOf("/*"));
  if (!comment.startsWith("/**")) return undefined;
  return comment
    .slice(3, -2)
    .replaceAll(/^\s*\*/gm, "")
    .trim();
}
