import type { HolderState, Lease } from "@x/registry-core/leases";

/** The facts that the packages' errors carry as fields. Across packages only `code` is tested. */
export interface Facts {
  readonly path: string;
  readonly reason: string;
  readonly value: string;
  readonly collection: string | undefined;
  readonly key: string | undefined;
  readonly lockPath: string;
  readonly waitedMilliseconds: number;
  readonly holder: { readonly pid: number; readonly state: string } | undefined;
  readonly message: string;
  /** Of a damaged database: its newest backup. */
  readonly backupPath: string | undefined;
  readonly phase: string;
  readonly lease: Lease | undefined;
  readonly holderState: HolderState | undefined;
  /** Of a write: the new content is in place although the call failed. */
  readonly installed?: boolean;
}

/** What happened and why, and the next step. */
export type Sentence = (facts: Facts) => { message: string; hint: string };
