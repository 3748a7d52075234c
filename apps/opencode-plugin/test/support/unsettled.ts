/** A promise that the test settles. */
export function unsettled(): {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
} {
  let settle = { resolve: (): void => {}, reject: (_error: unknown): void => {} };
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  return { promise, ...settle };
}
