// Runs a program in a pseudo-terminal, for the Bun that the client has inside: what comes on standard input is typed,
// what is drawn goes to standard output, and how it ended, and how long after the last key, to standard error. It ends with the program, and that one
// with it, or when nobody types any more.

interface Terminal {
  write(data: string | Uint8Array): void;
  close(): void;
}

interface Started {
  readonly exited: Promise<number>;
  readonly signalCode: string | null;
  kill(signal: number): void;
}

interface Spawning {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: {
    readonly cols: number;
    readonly rows: number;
    readonly data: (terminal: Terminal, bytes: Uint8Array) => void;
  };
}

declare const Bun: {
  spawn(command: readonly string[], options: Spawning): Started & { readonly terminal: Terminal };
};

const SIGKILL = 9;

const started = Bun.spawn(process.argv.slice(2), {
  env: { ...process.env, BUN_BE_BUN: undefined, TERM: "xterm-256color" },
  terminal: {
    cols: 120,
    rows: 40,
    data: (_terminal, bytes) => void process.stdout.write(bytes),
  },
});
let lastTyped = performance.now();
process.stdin.on("data", (typed: Uint8Array) => {
  lastTyped = performance.now();
  started.terminal.write(typed);
});
process.stdin.on("end", () => started.kill(SIGKILL));
const code = await started.exited;
const milliseconds = performance.now() - lastTyped;
process.stderr.write(JSON.stringify({ code, signal: started.signalCode, milliseconds }));
// Standard input is open, and would keep it alive.
process.exit(0);
