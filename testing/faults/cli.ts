import { firmament, type Run } from "../e2e/program.ts";
import type { FaultMember } from "./fault-member.ts";

// As the operator of a member does, on its machine.
function nodeCommand({ env, home, name }: FaultMember, verb: string, more: readonly string[]): Promise<Run> {
  return firmament(["node", verb, "--home", home.path, "--organisation", name, "--json", ...more], env);
}

/** Codes of what `firmament node doctor` finds at a member. */
export async function doctor(member: FaultMember): Promise<readonly string[]> {
  const { stderr, stdout } = await nodeCommand(member, "doctor", []);
  if (stdout === "") throw new Error(`the doctor says nothing: ${stderr}`);
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly code: string }[] };
  return findings.map(({ code }) => code);
}

/** Runs a command of `firmament node` that must do its work. @throws Error with what it says where it does not */
export async function mustDo(member: FaultMember, verb: string, ...more: readonly string[]): Promise<void> {
  const { code, stderr, stdout } = await nodeCommand(member, verb, more);
  if (code !== 0) throw new Error(`firmament node ${verb}: ${stdout}${stderr}`);
}
