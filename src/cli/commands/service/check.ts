import type { CheckRow } from '../../../operations/index.ts'
import { formatCheck, summarise, tableColumns } from '../../check/text.ts'
import { command, jsonOption, targetOptions } from '../../command.ts'
import { type ExitCode, exitCodes } from '../../exit-codes.ts'
import { print, printJson } from '../../io.ts'
import { sayPassedOver } from '../../service/session.ts'
import { createPaint } from '../../text/print.ts'

export const checkCommand = command({
  usage: 'check',
  describe: 'Check the configuration, certificates, directories, providers and the store',
  options: (yargs) => jsonOption(targetOptions(yargs)),
  async run(args, io): Promise<ExitCode> {
    const { check } = await import('../../check/check.ts')
    const rows = await check(args, io)
    await sayPassedOver(args, io)
    if (args.json) printJson(io, rows)
    else {
      print(io, formatCheck(rows, tableColumns(io), createPaint(io)))
      print(io, summarise(rows))
    }
    return exitCodeOf(rows)
  },
})

function exitCodeOf(rows: readonly CheckRow[]): ExitCode {
  const failed = rows.filter(({ state }) => state === 'failed')
  if (failed.some(({ area }) => area === 'configuration')) return exitCodes.configuration
  return failed.length > 0 ? exitCodes.failed : exitCodes.ok
}
