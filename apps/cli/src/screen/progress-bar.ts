const WIDTH = 20;

/** How much of it is done, as `█████░░░░░░░░░░░░░░░ 25 %`. All of it only when it is: what is left over is not rounded away. */
export function progressBar(done: number, total: number): string {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 1;
  const full = Math.floor(share * WIDTH);
  return `${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${Math.floor(share * 100)} %`;
}
