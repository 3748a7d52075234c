import { type Piece, piecesOf } from "./terminal-text.ts";

export interface Screen {
  readonly command: string;
  /** For those who cannot see it. */
  readonly description: string;
  readonly printed: string;
}

export const COLUMNS = 100;

// Of a letter, in the units of the drawing.
const WIDTH = 8.4;
const HEIGHT = 17;
const EDGE = 18;

/** Dark on every page, as most terminals are. */
const STYLE = `
  .card { fill: #161b22; stroke: #30363d; }
  text { fill: #d7dee6; font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }
  .bold { font-weight: bold; fill: #ffffff; }
  .dim { fill: #8b949e; }
  .red { fill: #ff7b72; }
  .green { fill: #56d364; }
  .yellow { fill: #e3b341; }
`;

/** A screen as SVG, its text as text: it can be searched and read aloud, and nothing is loaded from elsewhere. */
export function drawingOf({ command, description, printed }: Screen): string {
  const prompt: Piece[] = [
    { text: "$", column: 0, style: "dim" },
    { text: command, column: 2, style: "bold" },
  ];
  const rows = [prompt, ...piecesOf(printed, COLUMNS)];
  const width = Math.ceil(COLUMNS * WIDTH + 2 * EDGE);
  const height = rows.length * HEIGHT + 2 * EDGE;
  const lines = rows.map((row, index) => rowOf(row, EDGE + (index + 0.75) * HEIGHT));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(command)}</title>
<desc id="description">${escaped(description)}</desc>
<style>${STYLE}</style>
<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${lines.filter((line) => line !== "").join("\n")}
</svg>
`;
}

function rowOf(pieces: readonly Piece[], y: number): string {
  if (pieces.length === 0) return "";
  const spans = pieces.map(({ text, column, style }) => {
    const length = Array.from(text).length * WIDTH;
    const place = `x="${rounded(EDGE + column * WIDTH)}" textLength="${rounded(length)}" lengthAdjust="spacingAndGlyphs"`;
    return `<tspan ${place}${style === "" ? "" : ` class="${style}"`}>${escaped(text)}</tspan>`;
  });
  return `<text y="${rounded(y)}">${spans.join(" ")}</text>`;
}

function rounded(number: number): string {
  return String(Math.round(number * 100) / 100);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
