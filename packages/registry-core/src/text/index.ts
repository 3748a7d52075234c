export { escapeControls, printable, printableLines } from "./printable.ts";
