// Ports carry a signal from their caller to an adapter; the core itself neither makes nor reads one. Where an
// adapter is compiled, its platform's own type of that name stands here instead.
interface AbortSignal {
  readonly aborted: boolean;
}
