/** A fixture that is loaded before a service's own program: a build that has a second version of the rules. */
import { rulebook } from "@firmament/core/registry";
import { rulebookWithFixtureV2 } from "../../registry/fixture-rules-v2.ts";

Object.assign(rulebook, rulebookWithFixtureV2);
