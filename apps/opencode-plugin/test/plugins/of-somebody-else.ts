// A plugin of somebody else, which fails in the way that its option says.
const fail = async (): Promise<never> => {
  throw new Error("the other plugin fails");
};

export const failing = async (
  _input: unknown,
  { where }: { readonly where: "factory" | "event" | "tool.execute.before" | "tool.execute.after" },
): Promise<object> => (where === "factory" ? fail() : { [where]: fail });
