// Makes the calls that it is given, one after the other, and prints what each has given, or the code
// of its error: for what another process sees, and for calls that might wait for ever.
import {
  findClosestPlan,
  listPlanFiles,
  listPlans,
  lookupPlan,
  planFileExists,
  readRegistry,
  registerPlan,
  updatePlanStatus,
} from "@x/registry-core/session-plans";

const calls = {
  findClosestPlan,
  listPlanFiles,
  listPlans,
  lookupPlan,
  planFileExists,
  readRegistry,
  registerPlan,
  updatePlanStatus,
};

interface Call {
  readonly name: keyof typeof calls;
  readonly args: readonly unknown[];
}

const asked: readonly Call[] = JSON.parse(process.argv[2] ?? "[]");
const answers: unknown[] = [];
for (const { name, args } of asked) {
  try {
    answers.push(await Reflect.apply(calls[name], undefined, args));
  } catch (error) {
    answers.push({ code: Reflect.get(Object(error), "code") });
  }
}
process.stdout.write(JSON.stringify(answers));
