export type { LineKind, MarkdownHeading } from "./markdown/markdown-blocks.ts";
export { type MarkdownLine, type MarkdownScan, scanMarkdown } from "./markdown/markdown-lines.ts";
