/** A file-system call that fails with that error. */
export function failing(errno: string): () => never {
  return () => {
    throw Object.assign(new Error(`${errno}: injected`), { code: errno });
  };
}
