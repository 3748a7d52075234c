import { packageFolders } from "../scripts/workspace.mjs";
import { findDeclared, publicEntries, publicNames } from "./public-names.ts";
import { isNode, listOf, nameOf, type Node } from "./source-tree.ts";

/** What a caller gives by name, and may leave out. */
const OPTIONS = /(?:Options|Request|Fields|Definition|Factory|Fence|Clock)$/;

/**
 * The optional members of what callers of that package pass (interfaces by their names, and the types that stand in a
 * signature) that refuse `undefined`.
 */
export function strictOptions(folder: string): string[] {
  return publicDeclarations(folder).flatMap(({ name, file, declaration }) => {
    const isOptions = OPTIONS.test(name) && declaration.type.startsWith("TS");
    const given = isOptions ? [declaration] : listOf(declaration["params"]);
    const members = given.flatMap((one) => nodesIn(one)).filter(isStrict);
    return members.map(({ key }) => `${file}: ${name}.${nameOf(key)}`);
  });
}

/** The types that public signatures of that package name, and that no entry of any package gives. */
export function hiddenTypes(folder: string): string[] {
  const known = new Set(
    packageFolders().flatMap((one) =>
      publicDeclarations(one).map(({ declaration }) => declaration),
    ),
  );
  const hidden = publicDeclarations(folder).flatMap(({ name, file, declaration }) =>
    nodesIn(declaration)
      .flatMap(typeNamedBy)
      .filter((type) => {
        const declared = findDeclared(file, type);
        return declared !== undefined && !known.has(declared.declaration);
      })
      .map((type) => `${file}: ${name} names ${type}`),
  );
  return [...new Set(hidden)];
}

function publicDeclarations(folder: string) {
  return publicEntries(folder).flatMap(({ file }) => publicNames(file));
}

function isStrict({ type, optional, typeAnnotation }: Node): boolean {
  if (type !== "TSPropertySignature" || optional !== true || !isNode(typeAnnotation)) return false;
  const annotated = typeAnnotation["typeAnnotation"];
  if (!isNode(annotated) || annotated.type === "TSUnknownKeyword") return false;
  return !listOf(annotated["types"]).some((one) => one.type === "TSUndefinedKeyword");
}

function typeNamedBy({ type, typeName, expression }: Node): string[] {
  if (type === "TSTypeReference") return [nameOf(typeName)];
  return type === "TSInterfaceHeritage" || type === "TSClassImplements" ? [nameOf(expression)] : [];
}

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

/** All that a declaration consists of for those who use it: no bodies, no values, nothing private. */
function nodesIn(node: Node): Node[] {
  if (isPrivate(node)) return [];
  const below = Object.entries(node).filter(([field]) => !isInside(node, field));
  return [node, ...below.flatMap(([, value]) => [value].flat().filter(isNode).flatMap(nodesIn))];
}

function isInside({ type, init }: Node, field: string): boolean {
  if (FUNCTIONS.has(type)) return field === "body";
  if (type === "VariableDeclarator") return field === "init" && isNode(init);
  if (type === "PropertyDefinition") return field === "value";
  return type === "AssignmentPattern" && field === "right";
}

/** Nobody extends these classes, so what is protected is nobody's either. */
function isPrivate({ key, accessibility }: Node): boolean {
  return (
    accessibility === "private" ||
    accessibility === "protected" ||
    (isNode(key) && key.type === "PrivateIdentifier")
  );
}
