import { readBuild } from '../../build.ts'
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
    const { node, openssl } = process.versions
    if (!json) {
      print(io, `holdfast ${version} (Node ${node})`)
      return exitCodes.ok
    }
    const build = readBuild()
    printJson(io, {
      ...{ version, node, openssl, architecture: process.arch },
      package: build?.kind ?? 'source',
      commit: build?.commit ?? null,
      builtAt: build?.builtAt ?? null,
    })
    return exitCodes.ok
  },
})
