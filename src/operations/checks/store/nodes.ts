import type { Node } from '../../../store/index.ts'
import { counted } from '../../../support/index.ts'
import type { CheckRow } from '../check-row.ts'

const mostOffsetMs = 5_000

/** The nodes that serve: whether they have one configuration, own names, and the same time. Nothing where the store is a file. */
export function checkNodes(all: readonly Node[] | undefined): readonly CheckRow[] {
  if (all === undefined) return []
  const nodes = all.filter(({ state }) => state === 'serving' || state === 'draining')
  // One that was killed a moment ago is there still.
  const names = nodes.filter(({ isConnected }) => isConnected).map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  return [
    twice === undefined
      ? row('nodes', 'ok', `${counted(names.length, 'node')}: ${names.join(', ')}`, '')
      : row(
          'nodes',
          'warning',
          `several processes call themselves ${twice}`,
          'Give each node a node_name of its own.',
        ),
    configurationRow(nodes),
    clockRow(nodes),
  ]
}

function configurationRow(nodes: readonly Node[]): CheckRow {
  const what = 'configuration of the nodes'
  const known = nodes.filter(({ configuration }) => configuration !== '')
  const byDigest = Map.groupBy(known, ({ configuration }) => configuration)
  if (byDigest.size <= 1) return row(what, 'ok', 'the same on all', '')
  const groups = [...byDigest.values()].map((those) => those.map(({ name }) => name).join(' and '))
  return row(
    what,
    'warning',
    `differs: ${groups.join('; ')}`,
    'Copy the file, its secrets and the files that it names to every node, and reload each.',
  )
}

function clockRow(nodes: readonly Node[]): CheckRow {
  const what = 'clocks of the nodes'
  const off = nodes.filter(({ aheadMs }) => Math.abs(aheadMs) > mostOffsetMs)
  if (off.length === 0) return row(what, 'ok', 'agree with the database', '')
  const told = off.map(({ name, aheadMs }) => {
    const seconds = Math.round(Math.abs(aheadMs) / 1000)
    return `${name} is ${counted(seconds, 'second')} ${aheadMs < 0 ? 'behind' : 'ahead'}`
  })
  return row(what, 'warning', told.join(', '), 'Set the clocks by NTP: codes of apps go by them.')
}

function row(what: string, state: CheckRow['state'], detail: string, remedy: string): CheckRow {
  return { area: 'store', what, state, detail, remedy }
}
