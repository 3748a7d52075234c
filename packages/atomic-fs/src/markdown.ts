export type { LineKind, MarkdownHeading } from "./markdown-blocks.ts";
export { type MarkdownLine, type MarkdownScan, scanMarkdown } from "./markdown-lines.ts";
