export {
  NameError,
  RegistryError,
  type RegistryErrorCode,
  type Warning,
  WorkspaceError,
} from "./errors.ts";
export { assertPathSegment, segmentFault } from "./path-segment.ts";
