import { expect } from 'chai'
import { checkNodes } from '../../../src/operations/index.ts'
import type { Node } from '../../../src/store/index.ts'

const node = (name: string, change: Partial<Node> = {}): Node => ({
  ...{ processId: `process of ${name}`, name, version: '1.2.3', state: 'serving' },
  ...{ isConnected: true, startedAtMs: 1_000, beatAtMs: 2_000, aheadMs: 12 },
  ...{ configuration: 'aa', openSignIns: 0, ...change },
})

const rowsOf = (...nodes: readonly Node[]) =>
  Object.fromEntries(
    checkNodes(nodes).map(({ what, state, detail, remedy }) => {
      expect(remedy === '').to.equal(state === 'ok')
      return [what, `${state}: ${detail}`]
    }),
  )

describe('check: the nodes that share a database', () => {
  it('says nothing about a store in a file', () => {
    expect(checkNodes(undefined)).to.deep.equal([])
  })

  it('names those that serve', () => {
    const gone = [node('vpn3', { state: 'dead' }), node('vpn4', { state: 'stopped' })]
    expect(rowsOf(node('vpn1'), node('vpn2', { state: 'draining' }), ...gone)).to.deep.equal({
      nodes: 'ok: 2 nodes: vpn1, vpn2',
      'configuration of the nodes': 'ok: the same on all',
      'clocks of the nodes': 'ok: agree with the database',
    })
  })

  it('warns of two processes with one name, but not of one that was killed (O17)', () => {
    expect(rowsOf(node('vpn1'), node('vpn1')).nodes).to.equal(
      'warning: several processes call themselves vpn1',
    )
    expect(rowsOf(node('vpn1', { isConnected: false }), node('vpn1')).nodes).to.equal(
      'ok: 1 node: vpn1',
    )
  })

  it('warns of configurations that differ, and waits for one that begins', () => {
    const other = node('vpn3', { configuration: 'bb' })
    expect(rowsOf(node('vpn1'), node('vpn2'), other)['configuration of the nodes']).to.equal(
      'warning: differs: vpn1 and vpn2; vpn3',
    )
    const begins = node('vpn2', { configuration: '' })
    expect(rowsOf(node('vpn1'), begins)['configuration of the nodes']).to.match(/^ok/)
  })

  for (const [aheadMs, row] of [
    [5_000, /^ok/],
    [61_000, /^warning: vpn2 is 61 seconds ahead$/],
    [-90_000, /^warning: vpn2 is 90 seconds behind$/],
  ] as const) {
    it(`compares the clocks: ${aheadMs} ms`, () => {
      const rows = rowsOf(node('vpn1'), node('vpn2', { aheadMs }))
      expect(rows['clocks of the nodes']).to.match(row)
    })
  }
})
