// The command line: one file a command under commands/, each parses, calls and prints.
// May import `admin/`, `compose`, `config/`, `directory/`, `ops/`, `radius/`, `store/` and `support/`.
export { formatError } from './errors.ts'
export { type CliIo, processIo } from './io.ts'
export { runCli } from './run.ts'
