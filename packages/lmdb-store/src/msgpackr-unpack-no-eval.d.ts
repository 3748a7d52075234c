// The package has no types for this entry, which holds a part of what its main one does.
declare module "msgpackr/unpack-no-eval" {
  export { Unpackr } from "msgpackr";
}
