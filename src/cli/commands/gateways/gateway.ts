import type { GatewayView } from '../../../operations/index.ts'
import { command, commandGroup, jsonOption, targetOptions } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { print, printJson } from '../../io.ts'
import { withSession } from '../../service/session.ts'
import { formatGateway, howSure, signs, whereFrom } from '../../text/gateway.ts'
import { createPaint, formatTable, printable } from '../../text/print.ts'
import { formatDateTime, formatDuration } from '../../text/times.ts'

const list = command({
  usage: 'list',
  describe: 'List all gateways, and how long they wait for an answer',
  options: (yargs) => jsonOption(targetOptions(yargs)),
  async run(args, io) {
    const gateways = await withSession(args, io, (session) => session.call('gateway.list', {}))
    if (args.json) printJson(io, gateways)
    else print(io, formatTable(header, gateways.map(row), createPaint(io)))
    return exitCodes.ok
  },
})

const header = [
  ...['NAME', 'KIND', 'WAITS', 'KNOWN FROM', 'SURE', 'SIGN-INS', 'LOST LAST WEEK', 'SIGNS'],
  'LAST ACCOUNTING',
]

function row(gateway: GatewayView): readonly string[] {
  const { name, kind = '-', report, inUse, lastAccountingMs } = gateway
  return [
    printable(name),
    kind,
    formatDuration(inUse.patienceMs),
    whereFrom(gateway),
    howSure(report),
    String(report.signIns),
    String(report.lostLastWeek),
    signs(gateway),
    lastAccountingMs === undefined ? '-' : formatDateTime(lastAccountingMs),
  ]
}

const show = command({
  usage: 'show <name>',
  describe: 'Show what is known about one gateway, and what to change on it',
  options: (yargs) =>
    jsonOption(targetOptions(yargs)).positional('name', {
      type: 'string',
      demandOption: true,
      describe: 'Name in the configuration',
    }),
  async run(args, io) {
    const gateway = await withSession(args, io, (session) =>
      session.call('gateway.show', { name: args.name }),
    )
    if (args.json) printJson(io, gateway)
    else print(io, formatGateway(gateway, createPaint(io)))
    return exitCodes.ok
  },
})

export const gatewayCommand = commandGroup('gateway', 'Show how long gateways wait: list, show', [
  list,
  show,
])
