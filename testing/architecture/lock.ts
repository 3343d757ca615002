import { isObject } from "../repository/json.ts";
import type { JsonObject } from "../repository/json.ts";

function holds(packages: JsonObject, path: string, name: string): boolean {
  const parents = path.split("node_modules/").map((_, index, parts) => parts.slice(0, index).join("node_modules/"));
  return [path === "" ? "" : `${path}/`, ...parents].some((folder) => `${folder}node_modules/${name}` in packages);
}

/**
 * Optional dependencies that the lock names but does not hold, which `npm ci` refuses. npm leaves such holes
 * where a registry lacks one platform's build of a version.
 */
export function holesInLock(lock: JsonObject): string[] {
  const packages = lock["packages"];
  if (!isObject(packages)) throw new TypeError("the lock has no packages");
  return Object.entries(packages).flatMap(([path, entry]) => {
    const wanted = isObject(entry) ? entry["optionalDependencies"] : undefined;
    const names = isObject(wanted) ? Object.keys(wanted) : [];
    return names.filter((name) => !holds(packages, path, name)).map((name) => `${path} needs ${name}`);
  });
}

/** Packages that the lock binds to one registry or address instead of to their digest alone. */
export function addressesInLock(lock: JsonObject): string[] {
  const packages = isObject(lock["packages"]) ? lock["packages"] : {};
  return Object.entries(packages).flatMap(([path, entry]) => {
    const resolved = isObject(entry) ? entry["resolved"] : undefined;
    return typeof resolved === "string" && resolved.includes("://") ? [path] : [];
  });
}
