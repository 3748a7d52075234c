export {
  type MarkdownHeading,
  type MarkdownLine,
  type MarkdownScan,
  scanMarkdown,
} from "./markdown-lines.ts";
