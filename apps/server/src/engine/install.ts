/** The one command that installs the engine. */
export const ENGINE_INSTALL = "CGO_ENABLED=0 go install github.com/cometbft/cometbft/cmd/cometbft@v0.40.0";
