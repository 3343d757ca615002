import assert from "node:assert/strict";
import { Refusal } from "@firmament/core/errors";
import type { Signer } from "@firmament/core/keys";
import { tables } from "@firmament/core/registry";
import type { Receipt } from "@firmament/replica";
import type { Consortium } from "@firmament/testing/kit";
import { type LooseAction, newPeer, newSigner } from "@firmament/testing/kit";
import { declare } from "./members.ts";

export const membershipKinds = [
  "admit",
  "declare",
  "declare",
  "foreign",
  "remove",
  "reinstate",
  "suspend",
  "suspend",
] as const;
type Kind = (typeof membershipKinds)[number];

export interface MembershipStep {
  readonly kind: Kind;
  /** Which member it is about, in the order of their admission, around and around; of the suspended for a return. */
  readonly who: number;
}

/** An organisation as the model knows it. */
interface Member {
  readonly name: string;
  readonly admin: Signer;
  readonly isFounder: boolean;
  status: "active" | "removed" | "suspended";
  node: { readonly peer: string; readonly validator: Signer } | undefined;
}

/** What must hold of the members, said once more beside the consortium that it is said of, which it drives. */
export class MembershipModel {
  readonly #c: Consortium;
  readonly #members: Member[];
  /** Proposals by their action and electorate. */
  readonly #open = new Map<string, string>();
  /** How often each step had each outcome. */
  readonly seen: Record<string, number> = {};

  constructor(c: Consortium) {
    this.#c = c;
    this.#members = c.members.map(({ admin, name, peer, validator }) => {
      return { admin, isFounder: true, name, node: { peer, validator }, status: "active" };
    });
  }

  /** Asserts that one step has the outcome that it must have, and that the members are what it leaves. */
  async step({ kind, who }: MembershipStep): Promise<void> {
    const suspended = this.#members.filter(({ status }) => status === "suspended");
    const among = kind === "reinstate" && suspended.length > 0 ? suspended : this.#members;
    const member = among[who % among.length] ?? assert.fail("there is one");
    const [due, found] = await this.#outcome(kind, member);
    assert.equal(found, due, `${kind} ${member.name}`);
    this.seen[`${kind} ${found}`] = (this.seen[`${kind} ${found}`] ?? 0) + 1;
    this.#compare();
  }

  async #outcome(kind: Kind, member: Member): Promise<readonly [due: string, found: string]> {
    switch (kind) {
      case "admit":
        return this.#admit();
      case "declare":
        return this.#declare(member, { peer: newPeer(), validator: await newSigner() });
      case "foreign":
        return this.#declareForeign(member);
      case "reinstate":
        return this.#change(member, "organisation.reinstate", ["suspended"], "active");
      case "remove":
        return this.#change(member, "organisation.remove", ["active", "suspended"], "removed");
      case "suspend":
        return this.#change(member, "organisation.suspend", ["active"], "suspended");
    }
  }

  async #admit(): Promise<readonly [string, string]> {
    const admin = await newSigner("ES256");
    const name = `member-${this.#members.length}.example`;
    const found = await this.#decide({ admin: admin.key, organisation: name, type: "organisation.admit" });
    this.#members.push({ admin, isFounder: false, name, node: undefined, status: "active" });
    return ["done", found];
  }

  async #declare(member: Member, node: NonNullable<Member["node"]>): Promise<readonly [string, string]> {
    const found = await codeOf(() => declare(this.#c, member.admin, node));
    if (member.status !== "active") return ["organisation/inactive", found];
    member.node = node;
    return ["done", found];
  }

  // Somebody else's consensus key, present or past, whose holder even helps.
  async #declareForeign(member: Member): Promise<readonly [string, string]> {
    const [first] = this.#c.members;
    const validator = member.name === first?.name ? this.#c.member(1).validator : first?.validator;
    const found = await codeOf(() => declare(this.#c, member.admin, { validator: validator ?? assert.fail("no key") }));
    return [member.status === "active" ? "identity/exists" : "organisation/inactive", found];
  }

  async #change(
    member: Member,
    type: "organisation.reinstate" | "organisation.remove" | "organisation.suspend",
    from: readonly Member["status"][],
    to: Member["status"],
  ): Promise<readonly [string, string]> {
    const found = await this.#decide({ organisation: member.name, type }, member);
    if (!from.includes(member.status)) return ["organisation/inactive", found];
    const { status } = member;
    member.status = to;
    const due = this.#forbidden() ?? "done";
    if (due !== "done") member.status = status;
    return [due, found];
  }

  // Three founders renew the trust root, and four validators bear one fault.
  #forbidden(): string | undefined {
    const active = this.#members.filter(({ status }) => status === "active");
    if (active.filter(({ isFounder }) => isFounder).length < 3) return "proposal/quorum-unreachable";
    return active.filter(({ node }) => node !== undefined).length < 4 ? "validator/too-few" : undefined;
  }

  // A vote that would decide but is refused leaves its proposal open, with the votes before it.
  async #decide(action: LooseAction, subject?: Member): Promise<string> {
    const bound = JSON.stringify([action, this.#c.record(tables.electorate)?.version]);
    for (const { admin } of this.#members.filter((each) => each.status === "active" && each !== subject)) {
      this.#c.now += 1;
      const found = await codeOf(async () => {
        const proposal = this.#open.get(bound);
        const receipt =
          proposal === undefined
            ? await this.#c.submit(admin, "proposal.create", { action })
            : await this.#c.submit(admin, "proposal.vote", { proposal });
        const result = receipt.result as { readonly decided: boolean; readonly proposal: string };
        this.#open.set(bound, result.proposal);
        return result.decided ? receipt : undefined;
      });
      if (found !== "open" && found !== "proposal/voted") return found;
    }
    return "open";
  }

  #compare(): void {
    const active = this.#members.filter(({ status }) => status === "active").sort((a, b) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(
      this.#c.record(tables.electorate)?.organisations,
      active.map(({ name }) => name),
    );
    const due = active.flatMap(({ name, node }) => {
      if (node?.validator.key.kty !== "OKP") return [];
      return { key: node.validator.key.x, organisation: name, peer: node.peer };
    });
    assert.deepEqual(this.#c.record(tables.validators)?.members, due);
  }
}

async function codeOf(attempt: () => Promise<Receipt | undefined>): Promise<string> {
  try {
    return (await attempt()) === undefined ? "open" : "done";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.code;
  }
}
