/** Between so many accounts amounts are moved. None of them is made or lost. */
export const ACCOUNTS = 8;

/** Throws when an amount was moved by half. */
export function assertSum(accounts: readonly (readonly [string, number])[]): void {
  const sum = accounts.reduce((total, [, amount]) => total + amount, 0);
  if (sum !== 0) throw new Error(`the sum is ${sum}: ${JSON.stringify(accounts)}`);
}
