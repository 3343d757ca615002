import { refusalsOf } from "@firmament/core/errors";
import type { TokenGrant, TokenMint } from "../../src/register/index.ts";

const refuse = refusalsOf({
  "fake-mint/refused": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "It is no token of this mint.",
    remedy: "Mint one.",
  },
});

/** Tokens that are nothing but a number; whoever knows one has it. */
export class FakeTokenMint implements TokenMint {
  readonly minted = new Map<string, TokenGrant>();

  async mint(grant: TokenGrant): Promise<string> {
    const token = `token.${this.minted.size}.x`;
    this.minted.set(token, grant);
    return token;
  }

  async verify(token: string, time: number): Promise<{ readonly author: string }> {
    const found = this.minted.get(token);
    if (found === undefined || found.ends < time) throw refuse("fake-mint/refused", token);
    return found;
  }
}
