import type { OperationResult } from '../../../operations/index.ts'
import { command, commandGroup, jsonOption, targetOptions } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { type CliIo, print, printJson } from '../../io.ts'
import { withSession } from '../../service/session.ts'
import { createPaint, formatTable, printable } from '../../text/print.ts'
import { formatDateTime } from '../../text/times.ts'

type ListedNode = OperationResult<'node.list'>[number]

const list = command({
  usage: 'list',
  describe: 'List the nodes that share the database, and what each of them does',
  options: (yargs) => jsonOption(targetOptions(yargs)),
  async run(args, io) {
    const nodes = await withSession(args, io, (session) => session.call('node.list', {}))
    if (args.json) printJson(io, nodes)
    else if (nodes.length === 0) print(io, 'No node has served in the last day.')
    else print(io, formatNodes(nodes, io))
    return exitCodes.ok
  },
})

const drain = command({
  usage: 'drain [name]',
  describe: 'Send the gateways of a node to the others, then let it take no new sign-ins',
  options: (yargs) =>
    targetOptions(yargs).positional('name', {
      type: 'string',
      describe: 'Name of the node; by default the one that runs here',
    }),
  async run(args, io) {
    const { name } = await withSession(args, io, (session) =>
      session.call('node.drain', args.name === undefined ? {} : { name: args.name }),
    )
    print(
      io,
      `${printable(name)} no longer answers Status-Server, so that gateways go to the other nodes. It serves for 30 seconds more.`,
    )
    print(
      io,
      'Then it takes no new sign-ins; those that are open may end. See them go with holdfast node list, then stop or restart it.',
    )
    return exitCodes.ok
  },
})

function formatNodes(nodes: readonly ListedNode[], io: CliIo): string {
  const headings = [
    ...['NODE', 'PROCESS', 'STATE', 'VERSION', 'CONFIGURATION', 'CLOCK', 'OPEN', 'STARTED'],
  ]
  const rows = nodes.map((node) => [
    printable(node.name),
    node.processId.slice(0, 8),
    stateOf(node),
    printable(node.version),
    printable(node.configuration),
    formatOffset(node.aheadMs),
    String(node.openSignIns),
    formatDateTime(node.startedAtMs),
  ])
  return formatTable(headings, rows, createPaint(io))
}

function stateOf({ state, isConnected }: ListedNode): string {
  const isOver = state === 'stopped' || state === 'dead'
  return isOver || isConnected ? state : `${state}, no connection`
}

/** How far the clock of the node is ahead of that of the database. */
function formatOffset(aheadMs: number): string {
  const seconds = aheadMs / 1000
  return `${seconds < 0 ? '-' : '+'}${Math.abs(seconds).toFixed(1)} s`
}

export const nodeCommand = commandGroup(
  'node',
  'Look at the nodes that share a database of PostgreSQL: list, drain',
  [list, drain],
)
