// The program that applies journals to the database, in a process of its own: the client's loads no native code.
await import("@x/tracker/flush-child");
