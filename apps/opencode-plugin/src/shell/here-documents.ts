export interface HereDocument {
  readonly delimiter: string;
  /** `<<-`: tabs at the beginning of its lines are no part of it. */
  readonly isIndented: boolean;
}

interface HereDocumentBody {
  /** Every line of it with its end. */
  readonly body: string;
  /** Where the line after its delimiter begins. */
  readonly end: number;
}

/** The bodies of here-documents in a text. */
export interface HereDocuments {
  /** The body that begins at `start`; undefined when no line below ends it. */
  readonly bodyAt: (start: number, document: HereDocument) => HereDocumentBody | undefined;
}

/**
 * Finds bodies in time that is linear in the text, however many of them nothing ends: where each line stands
 * last is looked up once for all.
 */
export function createHereDocuments(text: string): HereDocuments {
  const places = new Map<boolean, ReadonlyMap<string, number>>();
  const lastPlaces = (isIndented: boolean): ReadonlyMap<string, number> => {
    const known = places.get(isIndented) ?? placesOfLines(text, isIndented);
    places.set(isIndented, known);
    return known;
  };
  return {
    bodyAt: (start, { delimiter, isIndented }) => {
      const last = lastPlaces(isIndented).get(delimiter);
      if (last === undefined || last < start) return undefined;
      const lines: string[] = [];
      for (let place = start; ;) {
        const next = lineEnd(text, place);
        const line = lineAt(text, place, isIndented);
        if (line === delimiter || next >= text.length) return { body: lines.join(""), end: next };
        lines.push(`${line}\n`);
        place = next;
      }
    },
  };
}

function placesOfLines(text: string, isIndented: boolean): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (let place = 0; place < text.length; place = lineEnd(text, place)) {
    places.set(lineAt(text, place, isIndented), place);
  }
  return places;
}

function lineAt(text: string, place: number, isIndented: boolean): string {
  const end = text.indexOf("\n", place);
  const line = text.slice(place, end === -1 ? text.length : end);
  return isIndented ? line.replace(/^\t+/, "") : line;
}

function lineEnd(text: string, place: number): number {
  const end = text.indexOf("\n", place);
  return end === -1 ? text.length : end + 1;
}
