/** Why a registry, or the text of a plan, cannot be used. Stable within a major version; messages are not. */
export type RegistryErrorCode =
  | "REGISTRY_CORRUPT"
  | "REGISTRY_UNREADABLE"
  | "REGISTRY_NEWER"
  | "REGISTRY_FULL"
  | "REGISTRY_VALUE_INVALID"
  | "REGISTRY_FOLDER_MISSING"
  | "REGISTRY_PLAN_MISSING"
  | "REGISTRY_PLAN_TOO_LARGE";

/** A registry file that cannot be used as it stands, or not be what it was to become. Nothing was changed. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  readonly code: RegistryErrorCode;
  readonly path: string;
  readonly reason: string;

  constructor(code: RegistryErrorCode, path: string, reason: string, cause?: unknown) {
    super(`${path}: ${reason}`, { cause });
    this.code = code;
    this.path = path;
    this.reason = reason;
  }
}

/** A name that must not become part of a path. Nothing was read or written. */
export class NameError extends Error {
  override readonly name = "NameError";
  readonly code = "REGISTRY_NAME_UNSAFE";
  readonly value: string;
  readonly reason: string;

  constructor(value: string, reason: string) {
    super(`the name ${JSON.stringify(value)} cannot be used: ${reason}`);
    this.value = value;
    this.reason = reason;
  }
}

/** A workspace root that was asked for and is none, or that cannot be told from here. */
export class WorkspaceError extends Error {
  override readonly name = "WorkspaceError";
  readonly code: "WORKSPACE_NOT_FOUND" | "WORKSPACE_UNMARKED" | "WORKSPACE_UNREACHABLE";
  readonly path: string;

  constructor(code: WorkspaceError["code"], path: string, reason: string) {
    super(`${path} ${reason}`);
    this.code = code;
    this.path = path;
  }
}

/** Something that went on, but that a person should know. */
export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly path: string;
}
