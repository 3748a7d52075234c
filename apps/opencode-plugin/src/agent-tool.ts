import * as z from "zod/mini";

import type { ToolContext, ToolDefinition } from "./opencode.ts";

/** A tool as the agent gets it. */
export interface AgentTool extends ToolDefinition {
  readonly name: string;
  readonly jsonSchema: unknown;
}

interface AgentToolParts<Shape extends z.core.$ZodShape> {
  readonly name: string;
  /** For the model: what it gives, and when to use it. */
  readonly description: string;
  readonly args: Shape;
  /** What it throws is an error for the model. */
  readonly run: (args: z.infer<z.ZodMiniObject<Shape>>, context: ToolContext) => Promise<unknown>;
}

/**
 * The tool with its arguments checked: the client hands over whatever the model has written. What `run` gives is
 * JSON for the model.
 */
export function agentTool<const Shape extends z.core.$ZodShape>({
  name,
  description,
  args,
  run,
}: AgentToolParts<Shape>): AgentTool {
  const schema = z.object(args);
  return {
    name,
    description,
    args,
    // The client drops descriptions from the schemas of another copy of the library than its own.
    jsonSchema: z.toJSONSchema(schema, { target: "draft-7" }),
    execute: async (given, context) => {
      const parsed = schema.safeParse(given);
      if (!parsed.success) throw new TypeError(`${name}: ${faultsOf(parsed.error)}`);
      return JSON.stringify(await run(parsed.data, context));
    },
  };
}

function faultsOf({ issues }: z.core.$ZodError): string {
  return issues
    .map(({ path, message }) => `${path.join(".") || "arguments"}: ${message}`)
    .join("; ");
}

/** An argument with what the model is told of it. */
export function described<Type extends z.core.$ZodType>(type: Type, description: string): Type {
  z.globalRegistry.add(type, { description });
  return type;
}
