import { command, jsonOption } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { print, printJson } from '../../io.ts'
import { programVersion } from '../../program-version.ts'

export const versionCommand = command({
  usage: 'version',
  describe: 'Print the version',
  options: (yargs) => jsonOption(yargs),
  async run({ json }, io) {
    const version = programVersion()
    if (json) printJson(io, { version, node: process.versions.node })
    else print(io, `holdfast ${version} (Node ${process.versions.node})`)
    return exitCodes.ok
  },
})
