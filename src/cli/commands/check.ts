import type { CheckRow } from '../../admin/index.ts'
import { command, jsonOption, targetOptions } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { print, printJson } from '../io.ts'
import { createPaint, formatTable, type Paint, printable } from '../print.ts'

export const checkCommand = command({
  usage: 'check',
  describe: 'Look at configuration, certificates, directories, providers and store',
  options: (yargs) => jsonOption(targetOptions(yargs)),
  async run(args, io): Promise<ExitCode> {
    const { checkConfiguration } = await import('../check-configuration.ts')
    const { checkRunning } = await import('../check-running.ts')
    const configuration = await checkConfiguration(args, io)
    const rows = [...configuration.rows, ...(await checkRunning(args, configuration.config, io))]
    const failed = rows.filter(({ state }) => state === 'failed').length
    const warnings = rows.filter(({ state }) => state === 'warning').length
    if (args.json) printJson(io, rows)
    else {
      const paint = createPaint(io)
      print(
        io,
        formatTable(
          ['', 'AREA', 'WHAT', 'DETAIL'],
          rows.map((row) => cells(row, paint)),
          paint,
        ),
      )
      print(
        io,
        failed + warnings === 0 ? 'All is well.' : `Failed: ${failed}, warnings: ${warnings}.`,
      )
    }
    if (configuration.rows.some(({ state }) => state === 'failed')) return exitCodes.configuration
    return failed > 0 ? exitCodes.failed : exitCodes.ok
  },
})

const marks = {
  ok: ['good', 'ok'],
  warning: ['warn', 'warn'],
  failed: ['bad', 'FAIL'],
} as const

function cells({ area, what, state, detail, remedy }: CheckRow, paint: Paint): readonly string[] {
  const [style, mark] = marks[state]
  const text = remedy === '' ? detail : `${detail}. ${remedy}`
  return [paint(style, mark), area, printable(what), printable(text)]
}
