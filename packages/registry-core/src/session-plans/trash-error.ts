/** What was to be brought back from the trash is not there. Nothing was changed. */
export class TrashError extends Error {
  override readonly name = "TrashError";
  readonly code = "REGISTRY_TRASH_NOT_FOUND";
  readonly id: string;
  readonly path: string;

  constructor(id: string, path: string) {
    super(`${path}: there are no plans ${JSON.stringify(id)} in the trash`);
    this.id = id;
    this.path = path;
  }
}
