import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { loadConfig } from '../../src/config/index.ts'
import { needsRestart } from '../../src/config/needs-restart.ts'

const demo = readFileSync(new URL('../../config/demo.yaml', import.meta.url), 'utf8')

function load(change: (yaml: string) => string = (yaml) => yaml) {
  return loadConfig('/etc/holdfast/demo.yaml', { env: {}, readFile: () => change(demo) })
}

describe('settings that count after a restart', () => {
  it('do not include equal ones', () => {
    expect(
      needsRestart(
        load(),
        load((yaml) => yaml.replaceAll('patience: 20s', 'patience: 30s')),
      ),
    ).to.deep.equal([])
  })

  for (const [what, change, settings] of [
    ['a port', (yaml: string) => yaml.replaceAll('1812', '1645'), ['listen']],
    ['where health is served', (yaml: string) => yaml.replace('8080', '8081'), ['http']],
    [
      'the socket for commands',
      (yaml: string) => `${yaml}\nadmin_socket: /tmp/other.sock\n`,
      ['admin_socket'],
    ],
    [
      'the key',
      (yaml: string) => `${yaml}\nsealing_key: ${Buffer.alloc(32).toString('base64')}\n`,
      ['sealing_key'],
    ],
  ] as const) {
    it(`are named: ${what}`, () => {
      expect(needsRestart(load(), load(change))).to.deep.equal(settings)
    })
  }
})
