/**
 * The part of a client's API that the service uses, where it is there: that of OpenCode has `showToast`, and no
 * `input`. What a call throws is never passed on.
 */
export interface TrackingClient {
  readonly tui?:
    | {
        readonly showToast?: ((options: { body: Toast }) => unknown) | undefined;
        readonly input?:
          | { readonly text?: ((options: { message: string }) => unknown) | undefined }
          | undefined;
      }
    | undefined;
}

/** What the user is shown for a moment. */
export interface Toast {
  readonly message: string;
  readonly variant: "info" | "success" | "warning" | "error";
}

/** Shows it, where there is somebody to show it to. Nobody waits for it. */
export function showToast(client: TrackingClient | null, body: Toast): void {
  try {
    // That nobody sees it changes nothing of what is recorded.
    void Promise.resolve(client?.tui?.showToast?.({ body })).catch(() => undefined);
  } catch {
    // Nor does it that the client is broken.
  }
}

/** What the user answers, whenever that is; undefined: nobody can be asked, or nobody answers. */
export async function askForText(
  client: TrackingClient | null,
  message: string,
): Promise<string | undefined> {
  try {
    const answer = await client?.tui?.input?.text?.({ message });
    return typeof answer === "string" && answer.trim() !== "" ? answer.trim() : undefined;
  } catch {
    // An answer that does not come is none.
    return undefined;
  }
}
