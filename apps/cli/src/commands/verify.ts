import { readFile } from "node:fs/promises";
import { type Device, decodeDevice, verifyBundle, type Verdict } from "@firmament/core/bundle";
import { nodeCrypto } from "@firmament/crypto";
import type { Command } from "commander";
import { examples, refused, report } from "../context.ts";
import { refuse } from "../errors.ts";
import { bytesText, type Report, timeText } from "../output.ts";
import { now } from "../session.ts";
import { decodeTrustFile } from "../trust-file.ts";

interface VerifyCommandOptions {
  readonly trust: string;
  readonly device: string;
  readonly at?: string;
  readonly release?: string;
  readonly json?: boolean;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return Uint8Array.from(await readFile(path));
  } catch (cause) {
    throw refuse("cli/file", path, { cause });
  }
}

function timeOf(text: string | undefined): number {
  if (text === undefined) return now();
  const found = /^[0-9]{1,12}$/.test(text) ? Number(text) : Math.floor(Date.parse(text) / 1000);
  if (!Number.isSafeInteger(found)) throw refuse("cli/usage", `--at ${text} is no time.`);
  return found;
}

/** One line that says what a device should do. */
export function decisionText({ decision }: Verdict): string {
  switch (decision.action) {
    case "install":
      return `install ${decision.manifest.classID} ${decision.live.version} (release ${decision.live.release})`;
    case "current":
      return "nothing new: what is installed is current";
    case "refuse":
      return `do not install: ${decision.refusal.code}. ${decision.refusal.message}`;
  }
}

/** A verdict for people and programs. */
export function verdictReport(verdict: Verdict, size: number): Report {
  const { alarm, checks, decision, exposure, next } = verdict;
  const off = exposure.plusTimeOff ? " plus the time without power" : "";
  const verdictJson =
    decision.action === "install"
      ? {
          action: "install",
          release: decision.live.release,
          version: decision.live.version,
          sequence: decision.live.sequence,
        }
      : decision.action === "refuse"
        ? { action: "refuse", ...decision.refusal.toJSON() }
        : { action: "current" };
  return {
    json: { accepted: true, decision: verdictJson, next, exposure, alarm: alarm?.code, checks },
    lines: [
      `accepted, ${bytesText(size)}`,
      ...checks.map((check) => `  ✓ ${check}`),
      `verdict: ${decisionText(verdict)}`,
      `evidence of ${timeText(next.seen.time)}; a revocation stays unseen for at most ${exposure.seconds} s${off}`,
      ...(alarm === undefined ? [] : [`ALARM: what is installed must not run any more: ${alarm.code}`]),
    ],
  };
}

async function verify(path: string, options: VerifyCommandOptions): Promise<Report> {
  const bytes = await bytesOf(path);
  const trust = decodeTrustFile(await bytesOf(options.trust));
  const device: Device = decodeDevice(await bytesOf(options.device));
  if (trust.version !== device.trust.version || trust.digest !== device.trust.digest) {
    throw refuse("cli/usage", "The trust file is not the trust root that the device file pins.");
  }
  const wanted = options.release === undefined ? {} : { wanted: options.release };
  const verdict = verifyBundle(bytes, { crypto: nodeCrypto, device, now: timeOf(options.at), ...wanted });
  if (verdict.decision.action === "refuse") refused();
  return verdictReport(verdict, bytes.length);
}

export function addVerify(program: Command): void {
  program
    .command("verify")
    .description("verify a bundle as a device does: offline, from three files")
    .argument("<bundle>", "bundle file")
    .requiredOption("--trust <file>", "trust root that the device pins")
    .requiredOption("--device <file>", "what the device is and has")
    .option("--at <time>", "the device's clock, seconds or ISO 8601; now by default")
    .option("--release <id>", "judge this release, which is at hand")
    .option("--json", "print one JSON value instead of text")
    .addHelpText(
      "after",
      examples(
        "verify out/bundle.cbor --trust out/trust.json --device out/device.json",
        "verify bundle.cbor --trust trust.json --device device.json --at 2026-11-21T12:00:00Z --json",
      ),
    )
    .action((path: string, options: VerifyCommandOptions) => report(options, () => verify(path, options)));
}
