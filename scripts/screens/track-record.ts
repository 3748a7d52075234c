const BUILD = "build@anthropic/claude-opus-4";
const OTHER = "build@openai/gpt-5";
const REVIEW = "review@google/gemini-2.5-pro";

const SCORES = [60, 59, 61, 64, 63, 66, 70, 69, 73, 72, 76, 75, 79, 83, 82, 86];

/** The lines of an export: three set-ups and what is on record of them. */
export function trackRecord(project: string): string {
  const lines = [
    agent(BUILD, { skill_points: 4, experience_points: 6420, communication_score: 86 }, [9, 1]),
    agent(OTHER, { skill_points: 3, experience_points: 3180, communication_score: 71 }, [6, 2]),
    agent(REVIEW, { skill_points: 1, experience_points: 940, communication_score: 64 }, [3, 0]),
    ...commits(BUILD, project, "c0ffee", [5, 2, 2, 5, 2, 1, 2, 5, 2]),
    ...commits(OTHER, project, "beef00", [2, 1, 2, -1, 2, 1]),
    ...commits(REVIEW, project, "facade", [1, 2, 1]),
    ...SCORES.map((communication_score, index) =>
      line("score", {
        agent_id: BUILD,
        timestamp: dayAt(index + 1, 10),
        skill_points: 4,
        experience_points: 6420,
        communication_score,
        total_commits: 9,
        total_bugs: 1,
      }),
    ),
    line("activity", {
      agent_id: BUILD,
      timestamp: dayAt(17, 9),
      task: "Lock the login form out after ten failures",
      actions: "Counted failures by account and address",
      outcome: "All tests pass",
      decisions: "The count is kept for an hour",
    }),
  ];
  return `${lines.join("\n")}\n`;
}

function agent(
  id: string,
  scores: object,
  [total_commits, total_bugs]: readonly [number, number],
): string {
  const [name = "", model = ""] = id.split("@");
  const times = { created_at: dayAt(1, 8), updated_at: dayAt(17, 9) };
  const totals = { total_commits, total_bugs };
  return line("agent", {
    id,
    name,
    model,
    scope: "",
    active: true,
    ...scores,
    ...totals,
    ...times,
  });
}

/** A commit a day, graded by the user an hour later. */
function commits(
  agent_id: string,
  project_path: string,
  hash: string,
  grades: readonly number[],
): string[] {
  return grades.flatMap((grade, index) => {
    const of = { agent_id, project_path, commit_hash: `${hash}${index}` };
    const commit = { task_description: "", experience_gained: 5, communication_score_change: 0 };
    return [
      line("commit", { ...of, ...commit, timestamp: dayAt(index + 2, 15) }),
      line("communication", { ...of, grade, timestamp: dayAt(index + 2, 16) }),
    ];
  });
}

function dayAt(day: number, hour: number): string {
  return new Date(Date.UTC(2026, 1, day, hour)).toISOString();
}

function line(type: string, record: object): string {
  return JSON.stringify({ type, record });
}
