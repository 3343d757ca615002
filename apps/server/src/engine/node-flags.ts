/**
 * How Node runs an application beside its engine: the cores are the engine's as well, and threads that collect and
 * compile for a program with one thread took a fifth of its CPU time.
 */
export const applicationFlags = ["--single-threaded-gc", "--v8-pool-size=1"] as const;
